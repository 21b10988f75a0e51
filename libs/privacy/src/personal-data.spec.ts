import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream, type EventLog, openMemoryLog } from '@perennial/event-log';
import { type Fact, type Link, PERSONAL } from '@perennial/membership';
import { createDatabase } from '../../../test/postgres/database.js';
import type { KeyPlace } from './key-table.js';
import { PersonalData } from './personal-data.js';
import { keysInPostgres } from './postgres/keys-in-postgres.js';
import { keysInFile } from './sqlite/keys-in-file.js';

let made = 0;

function fact(type: string, customerId: string, data: object): Fact {
  return { id: `m-${made++}`, type, customerId, occurredAt: made, source: 'test', data } as Fact;
}

const registered = (customerId: string, profile: object = { name: 'Ann', birthday: '1990-06-15' }) =>
  fact('CustomerRegistered', customerId, { profile, channel: 'app' });
const erased = (customerId: string) => fact('PersonalDataErased', customerId, { by: 'bob', reason: 'asked' });
const linked = (aliasId: string, customerId: string) => fact('IdentityLinked', customerId, { aliasId });

const MASTER = Buffer.alloc(32, 7).toString('base64');

/** Where keys are, and what is there to be taken down. */
interface Place {
  keys: KeyPlace;
  drop(): Promise<void>;
}

const PLACES: Record<string, () => Promise<Place>> = {
  'a file': () => {
    const dir = mkdtempSync(join(tmpdir(), 'perennial-privacy-'));
    return Promise.resolve({
      keys: keysInFile(join(dir, 'keys.db')),
      drop: () => Promise.resolve(rmSync(dir, { recursive: true })),
    });
  },
  PostgreSQL: async () => {
    const { url, drop } = await createDatabase();
    return { keys: keysInPostgres({ url, askEveryMs: 0 }), drop };
  },
};

describe.each(Object.entries(PLACES))('personal data, with keys in %s,', (_, create) => {
  let place: Place;
  let log: EventLog;
  let opened: PersonalData[];

  beforeEach(async () => {
    place = await create();
    log = openMemoryLog();
    opened = [];
  });
  afterEach(async () => {
    for (const personalData of opened) await personalData.close();
    await place.drop();
  });

  /** As a process that starts. */
  function open(from: EventLog = log): PersonalData {
    const personalData = new PersonalData({
      keys: place.keys,
      master: { path: '', given: MASTER },
      log: from,
      links: () => linksOf(from),
    });
    opened.push(personalData);
    return personalData;
  }

  async function record(personalData: PersonalData, ...facts: Fact[]): Promise<readonly Fact[]> {
    const sealed = await personalData.seal(facts);
    await log.appendFacts(
      sealed.map((one) => ({
        ...one,
        stream: customerStream(one.customerId),
        schemaVersion: 1,
        recordedAt: 0,
        source: 'test',
      })),
    );
    return sealed;
  }

  async function linksOf(from: EventLog): Promise<Link[]> {
    const records = await from.readAll({ types: ['IdentityLinked'] });
    return records.map(({ id, customerId, occurredAt, data }) => {
      return { factId: id, aliasId: (data as { aliasId: string }).aliasId, customerId: customerId!, occurredAt };
    });
  }

  const states = async (personalData: PersonalData, facts: readonly Fact[]) =>
    Promise.all(facts.map(async (one) => (await personalData.reveal(one)).state));

  it('is not in what goes into the log, and comes out of it as it was sent', async () => {
    const personalData = open();
    const sent = [registered('c-1'), fact('ReviewSubmitted', 'c-1', { reviewId: 'r', rating: 5, text: 'Ann wrote' })];
    const before = structuredClone(sent);
    const sealed = await personalData.seal(sent);
    expect(JSON.stringify(sealed)).not.toMatch(/Ann|1990/);
    expect(sealed[0].data).toMatchObject({ channel: 'app', [PERSONAL]: { birthday: '--06-15' } });
    expect(sealed[1].data).toMatchObject({ reviewId: 'r', rating: 5 });
    expect(sent).toEqual(before);
    for (const [i, one] of sealed.entries()) {
      expect(await personalData.reveal(one)).toEqual({ state: 'whole', data: sent[i].data });
      expect(await open().reveal(one)).toEqual({ state: 'whole', data: sent[i].data });
    }
  });

  it('costs nothing where there is none', async () => {
    const facts = [fact('VisitRecorded', 'c-1', { page: '/' }), linked('a', 'b')];
    expect(await open().seal(facts)).toBe(facts);
    const review = [fact('ReviewSubmitted', 'c-1', { reviewId: 'r', rating: 5 })];
    expect(await open().seal(review)).toEqual(review);
    expect(await open().reveal(review[0])).toEqual({ state: 'whole', data: review[0].data });
  });

  it('cannot be read in another record, or once it was changed', async () => {
    const personalData = open();
    const [one, other] = await personalData.seal([registered('c-1'), registered('c-1')]);
    expect((await personalData.reveal({ ...one, data: other.data })).state).toBe('unreadable');
    expect((await personalData.reveal({ ...one, customerId: 'c-2' })).state).toBe('unreadable');
  });

  it('is gone for good after an erasure, but for the day of the birthday', async () => {
    const personalData = open();
    const sealed = await record(personalData, registered('c-1'), registered('c-2'));
    await record(personalData, erased('c-1'));
    await personalData.carryOutErasures();
    expect(await personalData.reveal(sealed[0])).toEqual({
      state: 'erased',
      data: { profile: { birthday: '--06-15' }, channel: 'app' },
    });
    expect(await states(open(), sealed)).toEqual(['erased', 'whole']);
  });

  it('that comes after an erasure is not kept; the fact is', async () => {
    const personalData = open();
    await record(personalData, registered('c-1'), erased('c-1'));
    await personalData.carryOutErasures();
    const late = registered('c-1', { name: 'Ann', birthday: null });
    const review = fact('ReviewSubmitted', 'c-1', { reviewId: 'r', rating: 5 });
    const visit = fact('VisitRecorded', 'c-1', { page: '/' });
    for (const vault of [personalData, open()]) {
      expect((await vault.seal([late, review, visit])).map(({ data }) => data)).toEqual([
        { channel: 'app', [PERSONAL]: { erased: true, birthday: null } },
        { reviewId: 'r', rating: 5, [PERSONAL]: { erased: true } },
        { page: '/' },
      ]);
    }
    const [kept] = await personalData.seal([late]);
    expect((await personalData.reveal(kept)).state).toBe('erased');
  });

  it('goes with everybody who is linked to an erased customer, before or after', async () => {
    const personalData = open();
    const ids = ['alias', 'far', 'late', 'stranger', 'c-1'];
    const sealed = await record(personalData, ...ids.map((id) => registered(id)));
    await record(personalData, linked('alias', 'c-1'), linked('far', 'alias'));
    await record(personalData, erased('c-1'));
    await personalData.carryOutErasures();
    expect(await states(personalData, sealed)).toEqual(['erased', 'erased', 'whole', 'whole', 'erased']);
    await record(personalData, linked('late', 'far'), linked('stranger', 'nobody'));
    await personalData.carryOutErasures();
    expect(await states(personalData, sealed)).toEqual(['erased', 'erased', 'erased', 'whole', 'erased']);
  });

  it('is destroyed at the next start when a crash came between', async () => {
    const crashed = open();
    const sealed = await record(crashed, registered('c-1'), erased('c-1'));
    expect(await states(crashed, sealed.slice(0, 1))).toEqual(['whole']);
    const restarted = open();
    await restarted.start();
    expect(await states(restarted, sealed.slice(0, 1))).toEqual(['erased']);
  });

  it('does not come back with an older log, and what is erased there later is seen', async () => {
    const sealed = await record(open(), registered('c-1'), registered('c-2'), erased('c-1'));
    await open().start();
    const older = openMemoryLog();
    const personalData = open(older);
    await personalData.start();
    expect(await states(personalData, sealed.slice(0, 2))).toEqual(['erased', 'whole']);
    // At a position that had been looked through in the log before.
    const late = { ...erased('c-2'), stream: 'customer-c-2', schemaVersion: 1, recordedAt: 0, source: 'test' };
    await older.appendFacts([late, { ...late, id: 'm-x' }, { ...late, id: 'm-y' }]);
    await personalData.carryOutErasures();
    expect(await states(personalData, sealed.slice(0, 2))).toEqual(['erased', 'erased']);
  });

  it('is destroyed for each of several erasures that come at once', async () => {
    const personalData = open();
    const ids = ['c-1', 'c-2', 'c-3'];
    const sealed = await record(personalData, ...ids.map((id) => registered(id)));
    await Promise.all(
      ids.map(async (id) => {
        await record(personalData, erased(id));
        await personalData.carryOutErasures();
      }),
    );
    expect(await states(personalData, sealed)).toEqual(['erased', 'erased', 'erased']);
  });

  it('is destroyed when several processes look for erasures at once', async () => {
    const processes = Array.from({ length: 4 }, () => open());
    const ids = Array.from({ length: 12 }, (_, i) => `c-${i}`);
    const sealed = await record(processes[0], ...ids.map((id) => registered(id)), registered('stranger'));
    await Promise.all(
      processes.map(async (personalData, i) => {
        for (const id of ids.slice(i * 3, i * 3 + 2)) {
          await record(personalData, erased(id));
          await personalData.carryOutErasures();
          expect((await personalData.reveal(sealed[ids.indexOf(id)])).state).toBe('erased');
        }
        await record(personalData, linked(ids[i * 3 + 2], ids[i * 3]));
        await personalData.carryOutErasures();
      }),
    );
    expect(await states(open(), sealed)).toEqual([...ids.map(() => 'erased'), 'whole']);
  });
});
