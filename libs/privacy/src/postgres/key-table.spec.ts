import { randomBytes } from 'node:crypto';
import { openPostgres, type PostgresDatabase, type Query } from '@perennial/postgres';
import { keyTableConformance, PLACE, WRAPPED_BYTES } from '../../../../test/conformance/key-table.conformance.js';
import { createDatabase } from '../../../../test/postgres/database.js';
import { KeysUnavailableError } from '../errors.js';
import { PostgresKeyTable } from './key-table.js';
import { keysInPostgres } from './keys-in-postgres.js';

keyTableConformance('PostgreSQL', async () => {
  const { url, drop } = await createDatabase();
  return { open: () => keysInPostgres({ url, askEveryMs: 0 }).open(), dispose: drop };
});

describe('the keys in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let db: PostgresDatabase;

  beforeEach(async () => {
    database = await createDatabase();
    db = openPostgres({ url: database.url });
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
  });

  const open = () => keysInPostgres({ url: database.url }).open();
  const keysFor = (count: number) =>
    new Map(Array.from({ length: count }, (_, i) => [`c-${i * 7_919}`, randomBytes(WRAPPED_BYTES)]));

  async function bytesOfTable(): Promise<Buffer> {
    await db.query('CHECKPOINT');
    const [{ bytes }] = await db.query<{ bytes: Buffer }>(
      `SELECT pg_read_binary_file(pg_relation_filepath('perennial_keys.keys')) AS bytes`,
    );
    return bytes;
  }

  const unclean = async () =>
    (await db.query<{ unclean: string | null }>('SELECT unclean::text FROM perennial_keys.state'))[0].unclean;

  it('leave no byte of a destroyed key in the file of the table', async () => {
    const table = await open();
    const keys = keysFor(2_000);
    await table.add(keys, 'master');
    const ids = [...keys.keys()];
    const destroyed = new Set(ids.filter((_, i) => i % 3 === 0 || i > 1_900));
    await table.settle({ erased: [], destroyed, place: PLACE });
    const bytes = await bytesOfTable();
    for (const [id, key] of keys) {
      const found = [key.subarray(0, WRAPPED_BYTES / 2), key.subarray(WRAPPED_BYTES / 2)].map((half) =>
        bytes.includes(half),
      );
      expect([id, ...found]).toEqual([id, ...found.map(() => !destroyed.has(id))]);
    }
    expect(await unclean()).toBeNull();
    await table.close();
  });

  it.each([
    ['sees what was before', 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT 1'],
    ['has locked the table', 'BEGIN', 'LOCK TABLE perennial_keys.keys IN ACCESS SHARE MODE'],
  ])('are destroyed while somebody %s, and cleaned at the next settlement', async (_, mode, statement) => {
    const table = await open();
    const keys = keysFor(1);
    const [[id, key]] = [...keys];
    await table.add(keys, 'master');
    await db.transaction(async (query: Query) => {
      await query(statement);
      await table.settle({ erased: [], destroyed: [id], place: PLACE });
      expect(await table.find([id])).toEqual([]);
    }, mode);
    expect(await unclean()).not.toBeNull();
    await table.settle({ erased: [], destroyed: [], place: PLACE });
    expect(await unclean()).toBeNull();
    expect((await bytesOfTable()).includes(key)).toBe(false);
    await table.close();
  });

  it('are asked about a few times a second, however often they are used', async () => {
    const made = await open();
    let asked = 0;
    const counted: Query = (text, values) => (asked++, db.query(text, values));
    const counting = { query: counted } as PostgresDatabase;
    const table = new PostgresKeyTable(counting, 'perennial_keys', 60_000);
    expect(table.isCurrent()).toBe(false);
    const answers = await Promise.all(Array.from({ length: 100 }, () => table.changedElsewhere()));
    for (let i = 0; i < 100; i++) await table.changedElsewhere();
    expect([asked, answers.every((changed) => !changed), table.isCurrent()]).toEqual([1, true, true]);
    await made.close();
  });

  it('say so when they cannot be had', async () => {
    const unreachable = keysInPostgres({ url: 'postgres://somebody:secret@127.0.0.1:1/keys' });
    expect(unreachable.name).toBe('127.0.0.1:1/keys (schema perennial_keys)');
    await expect(unreachable.open()).rejects.toThrow(KeysUnavailableError);
    const table = await open();
    await db.query('DROP TABLE perennial_keys.keys');
    await expect(table.find(['c-1'])).rejects.toThrow(KeysUnavailableError);
    await table.close();
  });
});
