import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { MemberRow, ReadStore, ReadStores } from '../port.js';
import { openSqliteReadStores } from './sqlite-stores.js';

const FIRST = 'read-000001.db';
const SECOND = 'read-000002.db';

function member(customerId: string): MemberRow {
  const numbers = { position: 1, available: 0, pending: 0, reserved: 0, debt: 0, purchases: 0, value: 0 };
  const rest = { nextDue: null, enrolled: true, tier: null, stage: 'new', lastPurchaseAt: null };
  return { customerId, state: '{}', ...numbers, ...rest };
}

async function commit(store: ReadStore, customerId: string): Promise<void> {
  const expected = await store.checkpoint();
  const checkpoint = { ...expected, position: expected.position + 1 };
  const nothing = { activities: [], removedMembers: [], tasks: [], changes: [], links: [], parked: [], unparked: [] };
  await store.commit({ expected, checkpoint, members: [member(customerId)], ...nothing });
}

describe('The files of a SQLite read store', () => {
  let root: string;
  let dir: string;
  const opened: ReadStores[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'read-store-'));
    dir = join(root, 'made', 'when', 'missing');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((stores) => stores.close()));
    rmSync(root, { recursive: true });
  });

  function open(readonly = false): ReadStores {
    const stores = openSqliteReadStores({ dir, readonly });
    opened.push(stores);
    return stores;
  }

  /** The names of members in the live generation, and its number. */
  async function live(readonly = false) {
    const stores = open(readonly);
    const store = await stores.current();
    const names = (await store.scanMembers(null, 10)).map((row) => row.customerId);
    await stores.close();
    return { generation: store.generation, names };
  }

  const databases = () => readdirSync(dir).filter((name) => name.endsWith('.db'));
  const pointer = () => readFileSync(join(dir, 'read.current'), 'utf8');
  const pointTo = (name: string) => writeFileSync(join(dir, 'read.current'), `${name}\n`);

  function change(name: string, sql: string): void {
    const db = new Database(join(dir, name));
    db.exec(sql);
    db.close();
  }

  /** Generation 1 with member `old` was superseded by 2 with member `new`; `restore` brings the file of 1 back. */
  async function superseded() {
    const stores = open();
    await commit(await stores.current(), 'old');
    await stores.close();
    const kept = join(root, 'kept.db');
    copyFileSync(join(dir, FIRST), kept);
    const again = open();
    const next = await again.createNext();
    await commit(next, 'new');
    await again.publish(next);
    await again.close();
    return { restore: () => copyFileSync(kept, join(dir, FIRST)) };
  }

  it('are those of the live generation and no others', async () => {
    await superseded();
    expect(readdirSync(dir).toSorted()).toEqual([SECOND, 'read.current', 'read.lock']);
    expect(pointer()).toBe(`${SECOND}\n`);
  });

  it('lead to the new generation when the process died after marking the old one', async () => {
    const { restore } = await superseded();
    restore();
    change(FIRST, 'UPDATE meta SET successor = 2');
    pointTo(FIRST);
    expect(await live(true)).toEqual({ generation: 2, names: ['new'] });
    expect(await live()).toEqual({ generation: 2, names: ['new'] });
    expect(pointer()).toBe(`${SECOND}\n`);
    expect(databases()).toEqual([SECOND]);
  });

  it('lead to the old generation when the process died before marking it', async () => {
    const { restore } = await superseded();
    restore();
    pointTo(FIRST);
    expect(await live(true)).toEqual({ generation: 1, names: ['old'] });
    expect(await live()).toEqual({ generation: 1, names: ['old'] });
    expect(databases()).toEqual([FIRST]);
  });

  it('lead to the new generation when the process died before removing the old one', async () => {
    const { restore } = await superseded();
    restore();
    expect(await live()).toEqual({ generation: 2, names: ['new'] });
    expect(databases()).toEqual([SECOND]);
  });

  it('begin empty when the process died while making the first one', async () => {
    const stores = open();
    await stores.current();
    await stores.close();
    rmSync(join(dir, 'read.current'));
    expect((await live()).names).toEqual([]);
    expect(databases()).toHaveLength(1);
  });

  it('are swept of what nobody fills, whatever is in it', async () => {
    await superseded();
    writeFileSync(join(dir, 'read-000007.db'), 'half a page');
    writeFileSync(join(dir, 'read-000008.db'), '');
    writeFileSync(join(dir, 'read-000009.db-wal'), 'left behind');
    writeFileSync(join(dir, 'read-me.db'), 'not ours');
    expect(await live()).toEqual({ generation: 2, names: ['new'] });
    expect(readdirSync(dir).toSorted()).toEqual([SECOND, 'read-me.db', 'read.current', 'read.lock']);
  });

  it('may all be deleted while nobody uses them', async () => {
    await superseded();
    for (const name of readdirSync(dir)) rmSync(join(dir, name));
    expect(await live()).toEqual({ generation: 1, names: [] });
  });

  it('begin empty, under a new number, when the live one is gone', async () => {
    await superseded();
    rmSync(join(dir, SECOND));
    await expect(open(true).current()).rejects.toThrow('no read store yet');
    expect(await live()).toEqual({ generation: 3, names: [] });
  });

  it('are refused when a newer program wrote them', async () => {
    await superseded();
    change(SECOND, 'PRAGMA user_version = 99');
    const sentence = /has format 99; this program knows format 1\. Open it with the newer program/;
    await expect(open().current()).rejects.toThrow(sentence);
    await expect(open(true).current()).rejects.toThrow(sentence);
    expect(databases()).toEqual([SECOND]);
  });

  it('are refused when they are something else, or damaged', async () => {
    await superseded();
    change(SECOND, 'PRAGMA application_id = 1');
    await expect(open().current()).rejects.toThrow('is not a read store of Perennial');
    writeFileSync(
      join(dir, SECOND),
      'A letter to the shareholders, longer than the head of a database file. '.repeat(20),
    );
    await expect(open().current()).rejects.toThrow('is not a read store of Perennial');
    truncateSync(join(dir, SECOND));
    await expect(open().current()).rejects.toThrow('is not a read store of Perennial');
    pointTo('../elsewhere.db');
    await expect(open().current()).rejects.toThrow('names no read store');
  });
});
