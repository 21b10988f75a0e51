import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import { CustomerKey, newSecret } from './customer-key.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 200);
const secret = newSecret();
const key = new CustomerKey(secret);
const id = fc.string({ minLength: 1 });
/** As it comes out of JSON.parse, `__proto__` and lone surrogates included. */
const json = fc.json({ stringUnit: 'binary' }).map((text): unknown => JSON.parse(text));

function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, reversed(field)]);
  return Object.fromEntries(fields.reverse());
}

describe('the key of a customer', () => {
  it('opens what it sealed, whatever it is', () => {
    fc.assert(
      fc.property(id, json, (recordId, value) => {
        const { sealed } = key.seal(recordId, value);
        expect(key.open(recordId, sealed)).toEqual({ value });
        expect(new CustomerKey(secret).open(recordId, sealed)).toEqual({ value });
      }),
      { numRuns: RUNS },
    );
  });

  it('opens nothing that another key sealed, or that was sealed for another record', () => {
    fc.assert(
      fc.property(id, id, json, (recordId, other, value) => {
        const { sealed } = key.seal(recordId, value);
        expect(new CustomerKey(newSecret()).open(recordId, sealed)).toBeNull();
        if (other !== recordId) expect(key.open(other, sealed)).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  it('opens nothing of which a bit was changed, or that was cut', () => {
    fc.assert(
      fc.property(json, fc.nat(), (value, place) => {
        const bytes = Buffer.from(key.seal('r-1', value).sealed, 'base64');
        const bit = place % (bytes.length * 8);
        expect(key.open('r-1', bytes.subarray(0, place % bytes.length).toString('base64'))).toBeNull();
        bytes[bit >> 3] ^= 1 << (bit & 7);
        expect(key.open('r-1', bytes.toString('base64'))).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  it('opens no text that is none of its own', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(key.open('r-1', text)).toBeNull()));
  });

  it('stands for equal values with equal texts, and for others with others', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const mac = (value: unknown) => key.seal('r-1', value).mac;
        expect(mac(reversed(a))).toBe(mac(a));
        expect(mac(a) === mac(b)).toBe(canonicalJson(a) === canonicalJson(b));
        expect(new CustomerKey(newSecret()).seal('r-1', a).mac).not.toBe(mac(a));
      }),
      { numRuns: RUNS },
    );
  });

  it('seals the same value to other bytes each time', () => {
    expect(key.seal('r-1', 'Ann').sealed).not.toBe(key.seal('r-1', 'Ann').sealed);
  });

  it('opens and seals nothing any more once it was told to forget', () => {
    const forgetful = new CustomerKey(secret);
    const { sealed } = forgetful.seal('r-1', 'Ann');
    forgetful.forget();
    expect(forgetful.open('r-1', sealed)).toBeNull();
    expect(() => forgetful.seal('r-1', 'Ann')).toThrow(/is gone/);
  });
});

describe('canonical JSON', () => {
  it.each([
    [{ b: 1, a: [{ d: 2, c: null }] }, '{"a":[{"c":null,"d":2}],"b":1}'],
    [{ a: undefined }, '{}'],
    [[undefined, -0, 1.5, 'é'], '[null,0,1.5,"é"]'],
    [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])('of %j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
