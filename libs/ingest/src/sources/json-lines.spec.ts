import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readJsonLines } from './json-lines.js';
import { LONGEST_LINE } from './lines.js';
import type { SourceItem } from './source-item.js';

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield Promise.resolve(content.subarray(at, at + size));
}

async function read(content: string | Buffer, pieces = 64 * 1024): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  for await (const batch of readJsonLines(inPieces(Buffer.from(content), pieces))) items.push(...batch);
  return items;
}

/** Line numbers with what was read, or why it was not. */
const outcome = (items: SourceItem[]) =>
  items.map((item) => ('rejection' in item ? [item.rejection.line, item.rejection.reason] : [item.line, item.input]));

describe('JSON lines', () => {
  it('reads every line with its number, however it ends, and passes over empty ones', async () => {
    expect(outcome(await read('\ufeff{"a":1}\r\n\n  \n[2]\n3'))).toEqual([
      [1, { a: 1 }],
      [4, [2]],
      [5, 3],
    ]);
  });

  it('reads the same plain and compressed, in pieces of any size', async () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 40 }), async (sent, size) => {
        const content = Buffer.from(sent.map((value) => JSON.stringify(value)).join('\n'));
        const expected = sent.map((value, i) => [i + 1, JSON.parse(JSON.stringify(value)) as unknown]);
        expect(outcome(await read(content, size))).toEqual(expected);
        expect(outcome(await read(gzipSync(content), size))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it.each([1, 7, 64 * 1024])(
    'sets aside what cannot be read and keeps its neighbours, in pieces of %i',
    async (size) => {
      const content = Buffer.concat([
        Buffer.from('{"a":1}\n{"a":\n{"b":"'),
        Buffer.from([0xff, 0xc3]),
        Buffer.from('"}\n{"c":"ü€😀"}\n'),
      ]);
      expect(outcome(await read(content, size))).toEqual([
        [1, { a: 1 }],
        [2, 'not-json'],
        [3, 'not-utf8'],
        [4, { c: 'ü€😀' }],
      ]);
    },
  );

  it('sets aside a line that is too long, without keeping it', async () => {
    const long = `"${'x'.repeat(3 * LONGEST_LINE)}"`;
    const items = await read(`1\n${long}\n2\n${long}`);
    expect(outcome(items)).toEqual([
      [1, 1],
      [2, 'too-long'],
      [3, 2],
      [4, 'too-long'],
    ]);
    expect(JSON.stringify(items).length).toBeLessThan(10_000);
  });

  it('takes a line that is just short enough', async () => {
    const text = 'x'.repeat(LONGEST_LINE - 2);
    expect(outcome(await read(`"${text}"\n1`))).toEqual([
      [1, text],
      [2, 1],
    ]);
  });

  it('reads a compressed file that is cut off up to the cut, and says where', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ n: i, salt: (i * 7919) % 65_537 }));
    const whole = gzipSync(lines.join('\n'));

    const items = await read(whole.subarray(0, Math.floor(whole.length * 0.7)), 1000);

    const last = items.at(-1)!;
    expect(last).toMatchObject({ ends: true, rejection: { line: items.length, reason: 'truncated' } });
    expect(items.length).toBeGreaterThan(3000);
    expect(items.slice(0, -1).map((item) => 'input' in item && item.input)).toEqual(
      lines.slice(0, items.length - 1).map((line) => JSON.parse(line) as unknown),
    );
  });

  it('reads a compressed file that is damaged up to the damage', async () => {
    const whole = gzipSync(
      Array.from({ length: 5000 }, (_, i) => JSON.stringify({ n: (i * 7919) % 65_537 })).join('\n'),
    );
    const damaged = Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.alloc(2000, 0xff)]);

    const items = await read(damaged, 1000);

    expect(items.at(-1)).toMatchObject({ ends: true, rejection: { reason: 'truncated' } });
    expect(items.length).toBeGreaterThan(500);
  });

  it('reads nothing from an empty file, and from one that is cut off in the first bytes', async () => {
    expect(await read('')).toEqual([]);
    expect(outcome(await read(gzipSync('1').subarray(0, 5)))).toEqual([[1, 'truncated']]);
  });
});
