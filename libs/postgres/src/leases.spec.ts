import { openPostgres } from './database.js';
import { PostgresLeases } from './leases.js';
import { createDatabase } from '../../../test/postgres/database.js';

describe('leases on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  const open: PostgresLeases[] = [];
  const process = (applicationName: string, onLost?: () => void) => {
    const leases = new PostgresLeases({ url: database.url, applicationName }, onLost);
    open.push(leases);
    return leases;
  };

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterEach(() => Promise.all(open.splice(0).map((leases) => leases.close())));
  afterAll(() => database.drop());

  it('go to one of two', async () => {
    const [a, b] = [process('a'), process('b')];
    expect([await a.acquire('p'), await b.acquire('p'), await a.acquire('p')]).toEqual([true, false, true]);
    expect(await b.holders(['p', 'q'])).toEqual([{ name: 'p', holder: 'a' }]);
  });

  it('can be had again once released, whole as often as they were asked for', async () => {
    const [a, b] = [process('a'), process('b')];
    await a.acquire('p');
    await a.acquire('p');
    await a.release('p');
    expect(await b.acquire('p')).toBe(true);
    expect([...a.held]).toEqual([]);
  });

  it('end with the connection, and the holder is told', async () => {
    const lost = new Promise<void>((resolve) => void process('a', resolve).acquire('p'));
    const db = openPostgres({ url: database.url });
    const b = process('b');
    while ((await b.holders(['p'])).length === 0);
    await db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'a'`);
    await lost;
    expect([...open[0].held]).toEqual([]);
    while (!(await b.acquire('p')));
    await db.close();
  });

  it('tell how many share a work', async () => {
    const [a, b] = [process('a'), process('b')];
    await a.join('projector');
    await a.join('projector');
    await b.join('projector');
    expect(await a.members('projector')).toBe(2);
    await b.close();
    while ((await a.members('projector')) !== 1);
  });
});
