import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DEFAULT_PROGRAM } from '@perennial/membership';
import { figuresOf, perennial, perennialIntoHead } from './cli-process.js';
import { isEmbedded } from './stores-under-test.js';

function order(n: number, more: object = {}) {
  return {
    id: `m-${n}`,
    type: 'OrderPlaced',
    customerId: `c-${n % 50}`,
    occurredAt: new Date(Date.parse('2024-01-01T00:00:00Z') + n * 3_600_000).toISOString(),
    source: 'shop',
    data: { orderId: `o-${n}`, payment: 'paid', amount: 100 * (n % 7), ...more },
  };
}

const jsonl = (facts: readonly unknown[]) => facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
const ORDERS = Array.from({ length: 1500 }, (_, n) => order(n));

describe('the command line', () => {
  let dir: string;
  let store: string;
  const file = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  };
  const rejectedLines = async (path: string): Promise<{ line: number; id: string | null; reason: string }[]> =>
    (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; id: string | null; reason: string });

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'perennial-cli-'));
    store = join(dir, 'store');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('imports a file, and adds nothing the second time', async () => {
    const facts = await file('facts.jsonl.gz', gzipSync(jsonl(ORDERS)));

    const first = await perennial(store, ['import', facts]);
    const second = await perennial(store, ['import', facts]);

    expect(first).toMatchObject({ code: 0 });
    expect(figuresOf(first.out)).toEqual({ read: 1500, added: 1500, 'already there': 0, 'set aside': 0 });
    expect(figuresOf(second.out)).toEqual({ read: 1500, added: 0, 'already there': 1500, 'set aside': 0 });
    expect(second.err).toContain('Nothing was added');
    expect(await perennial(store, ['verify'])).toMatchObject({ code: 0 });
  });

  it('sets bad lines aside with line, id and reason, and keeps their neighbours', async () => {
    const facts = await file(
      'facts.jsonl',
      Buffer.concat([
        Buffer.from(jsonl([order(1), order(2, { amount: -5 }), order(3, { currency: 'XTS' })])),
        Buffer.from('{"id":"m-4",\n"'),
        Buffer.from([0xff]),
        Buffer.from(
          `"\n${jsonl([order(5), { ...order(6), occurredAt: '2999-01-01T00:00:00Z' }, order(1, { amount: 7 })])}`,
        ),
        Buffer.from('x'.repeat(2_000_000)),
        Buffer.from(`\n${jsonl([{ ...order(1, { amount: 8 }), id: 'm-7' }, order(8)])}`),
      ]),
    );

    const { code, out, err } = await perennial(store, ['import', facts]);

    expect(code).toBe(0);
    expect(figuresOf(out)).toMatchObject({ added: 3, 'set aside': 8, invalid: 3, 'not-json': 1, 'id-taken': 1 });
    const rejected = join(store, 'facts.jsonl.rejected.jsonl');
    expect(err).toContain(rejected);
    const lines = (await rejectedLines(rejected)).toSorted((a, b) => a.line - b.line);
    expect(lines.map(({ line, id, reason }) => [line, id, reason])).toEqual([
      [2, 'm-2', 'invalid'],
      [3, 'm-3', 'invalid'],
      [4, null, 'not-json'],
      [5, null, 'not-utf8'],
      [7, 'm-6', 'invalid'],
      [8, 'm-1', 'id-taken'],
      [9, null, 'too-long'],
      [10, 'm-7', 'key-taken'],
    ]);
    const strict = await perennial(store, ['import', facts, '--strict', '--rejected', join(dir, 'aside.jsonl')]);
    expect(strict.code).toBe(1);
    expect(await rejectedLines(join(dir, 'aside.jsonl'))).toHaveLength(8);
  });

  it('imports what a truncated file holds, says so, and takes the rest from a whole copy', async () => {
    const whole = gzipSync(jsonl(ORDERS));
    const cut = await file('facts.jsonl.gz', whole.subarray(0, Math.floor(whole.length / 2)));

    const first = await perennial(store, ['import', cut]);
    const second = await perennial(store, ['import', await file('facts.jsonl.gz', whole)]);

    expect(first).toMatchObject({ code: 1 });
    expect(first.err).toContain('breaks off');
    expect(figuresOf(first.out)).toMatchObject({ truncated: 1, 'set aside': 1 });
    expect(figuresOf(first.out).added).toBeGreaterThan(300);
    expect(second.code).toBe(0);
    expect(figuresOf(first.out).added + figuresOf(second.out).added).toBe(1500);
  });

  it('exports what an empty store makes the same members of', async () => {
    const program = await file(
      'program.json',
      JSON.stringify({ ...DEFAULT_PROGRAM, timeZone: 'UTC', currency: 'USD' }),
    );
    await perennial(store, ['program', 'publish', program]);
    await perennial(store, ['program', 'publish', program, '--effective-from', '2024-02-01T00:00:00Z']);
    const link = { ...order(9000), type: 'IdentityLinked', customerId: 'c-1', data: { aliasId: 'c-2' } };
    await perennial(store, ['import', await file('facts.jsonl', jsonl([...ORDERS, link]))]);
    const exported = await perennial(store, ['export', join(dir, 'all.jsonl')]);
    const other = join(dir, 'other');

    const imported = await perennial(other, ['import', join(dir, 'all.jsonl')]);

    expect(exported).toMatchObject({ code: 0, out: '' });
    expect(figuresOf(imported.out)).toMatchObject({ added: 1501, 'programs added': 2, 'set aside': 0 });
    const members = ['members', '--as-of', '2024-06-01T00:00:00Z', '--format', 'jsonl'];
    const here = await perennial(store, members);
    expect(here.out.split('\n')).toHaveLength(50);
    expect((await perennial(other, members)).out).toBe(here.out);
    expect((await perennial(other, ['export'])).out).toBe(await readFile(join(dir, 'all.jsonl'), 'utf8'));
  });

  it('shows members past and present, and one by its alias', async () => {
    const link = { ...order(9000), type: 'IdentityLinked', customerId: 'c-1', data: { aliasId: 'anonymous' } };
    await perennial(store, ['import', await file('facts.jsonl', jsonl([order(1), link]))]);

    const early = await perennial(store, ['members', '--as-of', '2023-01-01T00:00:00Z', '--format', 'jsonl']);
    const table = await perennial(store, ['members']);
    const one = await perennial(store, ['member', 'anonymous', '--as-of', '2024-01-02T00:00:00Z']);
    const nobody = await perennial(store, ['member', 'nobody']);

    expect(early).toMatchObject({ code: 0, out: '' });
    expect(table.out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^customer +tier/),
      expect.stringMatching(/^c-1 +bronze/),
    ]);
    expect(JSON.parse(one.out)).toMatchObject({ customerId: 'c-1', stage: 'new', purchases: { count: 1, value: 100 } });
    expect(nobody).toMatchObject({ code: 1, out: '' });
  });

  it('imports a table by a map, and says what is wrong with a map', async () => {
    const table = await file('sales.csv', 'no,who,on,paid\n1,"a",2024-01-01,9.99\n2,b,2024-01-02,oops\n');
    const map = {
      facts: [
        {
          id: 's-{no}',
          type: 'OrderPlaced',
          customerId: '{who}',
          occurredAt: { $date: 'on', format: 'yyyy-MM-dd', time: '12:00', timeZone: 'UTC' },
          data: { orderId: '{no}', payment: 'paid', amount: { $money: 'paid' } },
        },
      ],
    };
    const good = await file('good.map.json', JSON.stringify(map));
    const bad = await file('bad.map.json', JSON.stringify({ ...map, header: 'yes' }));
    const other = await file('other.map.json', JSON.stringify({ ...map, group: { by: 'invoice' } }));

    const ran = await perennial(store, ['import', table, '--format', 'csv', '--map', good]);

    expect(ran.code).toBe(0);
    expect(figuresOf(ran.out)).toMatchObject({ added: 1, 'bad-cell': 1 });
    expect(await perennial(store, ['import', table, '--map', bad])).toMatchObject({
      code: 1,
      err: expect.stringContaining('header: must be true or false') as unknown,
    });
    expect(await perennial(store, ['import', table, '--map', other])).toMatchObject({
      code: 1,
      err: expect.stringContaining('which the table does not have') as unknown,
    });
  });

  it('validates and publishes programs', async () => {
    const good = await file('good.json', JSON.stringify(DEFAULT_PROGRAM));
    const bad = await file('bad.json', JSON.stringify({ ...DEFAULT_PROGRAM, tiers: [] }));

    expect(await perennial(store, ['program', 'validate', good])).toMatchObject({ code: 0, err: '' });
    expect(await perennial(store, ['program', 'validate', bad])).toMatchObject({
      code: 1,
      err: expect.stringContaining('$.tiers') as unknown,
    });
    expect(await perennial(store, ['program', 'publish', bad])).toMatchObject({ code: 1, out: '' });
    expect(await perennial(store, ['program', 'publish', good])).toMatchObject({
      code: 0,
      out: 'version 1 applies from the beginning of time\n',
    });
    expect((await perennial(store, ['program', 'publish', good])).err).toContain('Nothing was published');
  });

  it('rebuilds the read store', async () => {
    await perennial(store, ['import', await file('facts.jsonl', jsonl(ORDERS))]);
    expect(await perennial(store, ['rebuild'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^50 members/) as unknown,
    });
    expect(figuresOf((await perennial(store, ['verify'])).out)).toMatchObject({ members: 50, facts: 1500 });
  });

  it('takes a closed output for no error', async () => {
    await perennial(store, ['import', await file('facts.jsonl', jsonl(ORDERS))]);
    expect(await perennialIntoHead(store, ['export'])).toMatchObject({ code: 0 });
  });

  it.each([
    [['import']],
    [['import', 'f.csv', '--format', 'csv']],
    [['import', 'f.jsonl', '--format', 'xml']],
    [['members', '--as-of', 'yesterday']],
    [['no-such-command']],
  ])('answers %j with how to use it and exit code 2', async (args) => {
    expect(await perennial(store, args)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('error: ') as unknown,
    });
  });

  // A server is there, or says itself that it is not: that there is no store is a matter of files.
  const needsFiles = [[['members']], [['export']], [['verify']]];
  it.each([[['import', 'nowhere.jsonl']], [['cases', 'nowhere']], ...(isEmbedded ? needsFiles : [])])(
    'says in a sentence why %j cannot be done',
    async (args) => {
      const { code, out, err } = await perennial(store, args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err.trim().split('\n')).toHaveLength(1);
    },
  );
});
