import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgres, type PostgresDatabase } from '@perennial/postgres';
import { partitionOf } from '../partitions.js';
import { type ReadStore, type ReadStores, StaleCheckpointError } from '../port.js';
import { openPostgresReadStores } from './postgres-stores.js';
import { createDatabase } from '../../../../test/postgres/database.js';
import { activity, BEGIN, batch, commit, ids, member } from '../../../../test/conformance/read-store/rows.js';

describe('generations in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let db: PostgresDatabase;
  let schema: string;
  let places = 0;
  const opened: ReadStores[] = [];

  const open = (options: { readonly?: boolean; partitions?: number; applicationName?: string } = {}) => {
    const stores = openPostgresReadStores({ url: database.url, schema, ...options });
    opened.push(stores);
    return stores;
  };
  const swap = async (stores: ReadStores) => {
    const next = await stores.createNext();
    await stores.publish(next);
    return next;
  };
  const registered = () => db.query(`SELECT generation, state FROM ${schema}_read.generations ORDER BY generation`);
  const schemas = async () => {
    const text = 'SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY 1';
    return (await db.query<{ name: string }>(text, [`${schema}_read_`])).map(({ name }) => name.slice(schema.length));
  };

  beforeAll(async () => {
    database = await createDatabase();
    db = openPostgres({ url: database.url });
  });
  beforeEach(() => {
    schema = `place_${++places}`;
  });
  afterEach(() => Promise.all(opened.splice(0).map((stores) => stores.close())));
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  it('begin with one, however many start at once', async () => {
    const first = await Promise.all(Array.from({ length: 6 }, () => open().current()));
    expect(first.map(({ generation }) => generation)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await registered()).toEqual([{ generation: 1, state: 'live' }]);
  });

  it('are kept for who reads them until the swap after the next, and then say so', async () => {
    const stores = open();
    const first = await stores.current();
    await commit(first, { members: [member('a')] });
    const reader = await open({ readonly: true }).current();
    await swap(stores);
    expect(ids(await reader.scanMembers(null, 9))).toEqual(['a']);
    await swap(stores);
    await expect(reader.scanMembers(null, 9)).rejects.toThrow(StaleCheckpointError);
    await expect(reader.checkpoint()).rejects.toThrow(StaleCheckpointError);
    await expect(first.commit(batch(BEGIN))).rejects.toThrow(StaleCheckpointError);
    expect(await schemas()).toEqual(['_read_2', '_read_3']);
  });

  it('are followed at once by who failed to commit', async () => {
    const others = open();
    const old = await others.current();
    const next = await swap(open());
    await others.current();
    await expect(old.commit(batch(BEGIN))).rejects.toThrow(StaleCheckpointError);
    expect((await others.current()).generation).toBe(next.generation);
  });

  it('are swept when the connection of who fills them is lost, and cannot be published any more', async () => {
    const stores = open();
    await stores.current();
    const lost = open({ applicationName: `lost_${schema}` });
    const next = await lost.createNext();
    await db.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      `lost_${schema}`,
    ]);
    while ((await schemas()).includes(`_read_${next.generation}`)) await stores.discard(await stores.createNext());
    await expect(next.commit(batch(BEGIN))).rejects.toThrow(StaleCheckpointError);
    await expect(lost.publish(next)).rejects.toThrow(StaleCheckpointError);
    await lost.discard(next);
  });

  it('begin empty, under a new number, when the live one is gone', async () => {
    await swap(open());
    await db.query(`DROP SCHEMA ${schema}_read_1 CASCADE`);
    await expect(open({ readonly: true }).current()).rejects.toThrow('no read store yet');
    const live = await open().current();
    expect([live.generation, await live.countMembers()]).toEqual([2, 0]);
    expect(await registered()).toEqual([{ generation: 2, state: 'live' }]);
  });

  it('begin anew when what says which there are is gone', async () => {
    const stores = open();
    await commit(await stores.current(), { members: [member('a')] });
    await db.query(`DROP SCHEMA ${schema}_read CASCADE`);
    await sleep(100);
    const live = await stores.current();
    expect([live.generation, await live.countMembers()]).toEqual([1, 0]);
  });

  it('are refused when a newer program made them', async () => {
    await open().current();
    await db.query(`UPDATE ${schema}_read_1.format SET version = 99`);
    const sentence = /has format 99; this program knows format 1/;
    await expect(open().current()).rejects.toThrow(sentence);
    await expect(open({ readonly: true }).current()).rejects.toThrow(sentence);
  });

  it('have a schema whose name is plain', () => {
    for (const name of ['', 'Perennial', 'a"b', '1st', 'x'.repeat(60)]) {
      expect(() => openPostgresReadStores({ url: database.url, schema: name })).toThrow('schema');
    }
  });

  describe('activities', () => {
    const idIn = (partition: number, n = 0) => {
      for (let i = 0, seen = 0; ; i++) if (partitionOf(`c-${i}`, 2) === partition && seen++ === n) return `c-${i}`;
    };
    const [slow, held, fast] = [idIn(0), idIn(0, 1), idIn(1)];
    const write = async (store: ReadStore, partition: number, ...customers: string[]) => {
      const expected = (await store.checkpoints())[partition];
      const activities = customers.map((id) => activity(id));
      await store.commit({ ...batch(expected, { activities }), partitions: [partition] });
    };
    const lockWaiters = async () =>
      (
        await db.query(
          `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()`,
        )
      ).length;

    it('of a slow writer are not missed by who read those of a quick one', async () => {
      const [store, other] = [await open({ partitions: 2 }).current(), await open({ partitions: 2 }).current()];
      await write(store, 0, held);
      const { mark } = await store.activities(0, 9);
      let slowly: Promise<void> | undefined;
      let reading: Promise<unknown> | undefined;
      await db.transaction(async (query) => {
        await query(`SELECT FROM ${schema}_read_1.member_activity WHERE customer_id = $1 FOR UPDATE`, [held]);
        slowly = write(store, 0, slow, held);
        while ((await lockWaiters()) === 0);
        await write(other, 1, fast);
        expect(await other.activities(mark, 9)).toEqual({ rows: [], mark });
        reading = other.activities(mark, 9).then((page) => ids(page.rows));
      });
      await slowly;
      expect(await reading).toEqual([slow, held, fast]);
    });

    it('of one writer after the other are read without waiting for the next', async () => {
      const store = await open({ partitions: 2 }).current();
      await write(store, 0, held);
      await write(store, 1, fast);
      let next: Promise<void> | undefined;
      await db.transaction(async (query) => {
        await query(`SELECT FROM ${schema}_read_1.member_activity WHERE customer_id = $1 FOR UPDATE`, [held]);
        next = write(store, 0, slow, held);
        while ((await lockWaiters()) === 0);
        expect(ids((await store.activities(0, 9)).rows)).toEqual([held, fast]);
      });
      await next;
    });
  });
});
