import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LogUnavailableError, type NewRecord } from '../port.js';
import { customerStream } from '../streams.js';
import { openSqliteLog } from './sqlite-log.js';

function visit(customerId: string, id: string): NewRecord {
  const stream = customerStream(customerId);
  const at = 1_735_718_400_000;
  const data = { page: '/tea' };
  return {
    stream,
    id,
    type: 'VisitRecorded',
    schemaVersion: 1,
    customerId,
    occurredAt: at,
    recordedAt: at,
    source: 'web',
    data,
  };
}

describe('the SQLite event log', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-log-'));
    path = join(directory, 'log.db');
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Makes a sound log and then changes its file. */
  async function tamper(sql: string): Promise<void> {
    await openSqliteLog({ path }).close();
    const db = new Database(path);
    db.exec(sql);
    db.close();
  }

  describe('its file', () => {
    it('says what it is: application id, format and write-ahead log', async () => {
      await openSqliteLog({ path }).close();
      const db = new Database(path);
      const pragma = (name: string) => db.pragma(name, { simple: true });
      expect([pragma('application_id'), pragma('user_version'), pragma('journal_mode')]).toEqual([
        0x5045524e,
        1,
        'wal',
      ]);
      db.close();
    });

    it('is refused when a newer program wrote it', async () => {
      await tamper('PRAGMA user_version = 2');
      expect(() => openSqliteLog({ path })).toThrow(/has format 2; this program knows format 1.*newer program/);
      expect(() => openSqliteLog({ path, readonly: true })).toThrow(/format 2/);
    });

    it('is refused when it is a database of something else, and left as it was', () => {
      const other = new Database(path);
      other.exec('CREATE TABLE notes (text TEXT)');
      other.close();
      expect(() => openSqliteLog({ path })).toThrow(/is not an event log of Perennial/);
      const again = new Database(path);
      expect(again.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['notes']);
      expect(again.pragma('journal_mode', { simple: true })).toBe('delete');
      again.close();
    });

    it('is refused when it is no database at all', async () => {
      await writeFile(path, 'id,type,customerId\n'.repeat(100));
      expect(() => openSqliteLog({ path })).toThrow(/is not an event log of Perennial/);
    });

    it('must exist to be read only, and its directory to be created', () => {
      expect(() => openSqliteLog({ path, readonly: true })).toThrow(`Cannot open the event log ${path}`);
      expect(() => openSqliteLog({ path: join(directory, 'missing', 'log.db') })).toThrow(/directory does not exist/);
    });
  });

  it('read only, refuses to append and sees what others append', async () => {
    const log = openSqliteLog({ path });
    const reader = openSqliteLog({ path, readonly: true });
    await expect(reader.appendFacts([visit('a', 'm-1')])).rejects.toThrow(/opened for reading only/);
    const { promise: seen, resolve } = Promise.withResolvers<string>();
    const subscription = reader.subscribe(0, (batch) => resolve(batch[0].id));
    await log.appendFacts([visit('a', 'm-1')]);
    expect(await seen).toBe('m-1');
    await subscription.close();
    await reader.close();
    await log.close();
  });

  describe('while another writer holds the file', () => {
    it('waits, keeps the event loop free, and writes when the other is through', async () => {
      const log = openSqliteLog({ path });
      const other = new Database(path);
      other.exec('BEGIN IMMEDIATE');
      const appended = log.appendFacts([visit('a', 'm-1')]);
      // Only a free event loop gets here before the lock is released.
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(await log.head()).toBe(0);
      other.exec('COMMIT');
      expect(await appended).toMatchObject([{ status: 'appended' }]);
      other.close();
      await log.close();
    });

    it('gives up after its time, has written nothing, and takes the same facts afterwards', async () => {
      const log = openSqliteLog({ path, lockTimeoutMs: 30 });
      const other = new Database(path);
      other.exec('BEGIN IMMEDIATE');
      await expect(log.appendFacts([visit('a', 'm-1')])).rejects.toThrow(LogUnavailableError);
      other.exec('ROLLBACK');
      expect(await log.appendFacts([visit('a', 'm-1')])).toMatchObject([{ status: 'appended' }]);
      other.close();
      await log.close();
    });
  });

  describe('when the transaction of a group fails', () => {
    /** The file itself refuses one fact, as a full disk might. */
    const REFUSES_ONE = `CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.id = 'm-bad'
                         BEGIN SELECT RAISE(ROLLBACK, 'no room'); END`;

    it('tells only the caller whose facts made it fail; neighbours are written', async () => {
      await tamper(REFUSES_ONE);
      const log = openSqliteLog({ path });
      const answers = await Promise.allSettled([
        log.appendFacts([visit('a', 'm-1')]),
        log.appendFacts([visit('b', 'm-2'), visit('b', 'm-bad')]),
        log.appendFacts([visit('c', 'm-3')]),
        log.append(customerStream('a'), [visit('a', 'm-4')], 0),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect(answers[1]).toMatchObject({ reason: { name: 'LogUnavailableError', message: /no room/ } });
      const stored = (await log.readAll()).map(({ id, stream, revision }) => [id, stream, revision]);
      expect(stored).toEqual([
        ['m-1', 'customer-a', 0],
        ['m-3', 'customer-c', 0],
        ['m-4', 'customer-a', 1],
      ]);
      await log.close();
    });

    it('gives numbers of names that were rolled back to other names without mixing them up', async () => {
      await tamper(REFUSES_ONE);
      const log = openSqliteLog({ path });
      const failing = [{ ...visit('a', 'm-1'), type: 'CartUpdated', source: 'pos' }, visit('a', 'm-bad')];
      await expect(log.appendFacts(failing)).rejects.toThrow(LogUnavailableError);
      await log.appendFacts([visit('b', 'm-2')]);
      await log.appendFacts([{ ...visit('a', 'm-1'), type: 'CartUpdated', source: 'pos' }]);
      expect(await log.readAll()).toMatchObject([
        { id: 'm-2', type: 'VisitRecorded', source: 'web', customerId: 'b', revision: 0 },
        { id: 'm-1', type: 'CartUpdated', source: 'pos', customerId: 'a', revision: 0 },
      ]);
      await log.close();
    });
  });
});
