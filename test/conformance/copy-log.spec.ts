import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compareLogs,
  copyLog,
  CopyRefusedError,
  type CopyTarget,
  type EventLog,
  ForeignTargetError,
  type LogRecord,
  openEventStoreLog,
  openEventStoreWriter,
  openMemoryClaims,
  openSqliteLog,
  type OrderedWriter,
  orderedWriter,
  withClaims,
} from '@perennial/event-log';
import { DEFAULT_PROGRAM, ProgramHistory } from '@perennial/membership';
import { rebuild } from '@perennial/projection';
import { openSqliteReadStores } from '@perennial/read-store';
import fc from 'fast-check';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import type { Fault } from '../double/faults.js';
import { arbitraryArrivals, publish, recordsOf } from '../histories/arbitrary-arrivals.js';
import { everything } from '../histories/everything.js';
import { readEverything, visit } from './event-log/records.js';

describe('copying a log', () => {
  let double: EventStoreDouble;
  let dir: string;
  let source: EventLog;
  const opened: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    double = await EventStoreDouble.start();
    dir = await mkdtemp(join(tmpdir(), 'copy-log-'));
    source = embedded('source');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
    await double.stop();
    await rm(dir, { recursive: true });
  });

  function kept<T extends { close(): Promise<void> }>(closing: T): T {
    opened.push(closing);
    return closing;
  }

  const embedded = (name: string) => kept(openSqliteLog({ path: join(dir, `${name}.db`) }));

  function embeddedTarget(name = 'target'): CopyTarget {
    const log = embedded(name);
    return { log, writer: orderedWriter(log) };
  }

  async function server(namespace = ''): Promise<CopyTarget> {
    const options = { url: double.url, firstWaitMs: 2, namespace };
    return { log: kept(await openEventStoreLog(options)), writer: kept(await openEventStoreWriter(options)) };
  }

  /** Records of many customers, now alone and now a few of one. */
  async function fill(log: EventLog, count: number): Promise<void> {
    const records = Array.from({ length: count }, (_, n) => {
      const stream = `customer-${(Math.floor(n / (1 + (n % 3))) * 31) % 47}`;
      return visit(stream, {
        data: { n, ключ: ['🌱', 1.5, null] },
        announce: n % 4 > 0,
        recordedAt: 1_760_000_000_000 + n,
      });
    });
    await log.appendFacts(records);
  }

  /** Calls back once when the server holds so many events. */
  function when(events: number, act: () => unknown): void {
    const stop = double.events.onAppend(() => {
      if (double.events.all.length < events) return;
      stop();
      void act();
    });
  }

  async function expectCopied(target: CopyTarget): Promise<void> {
    const [wanted, copied] = [await readEverything(source), await readEverything(target.log)];
    const comparable = (records: LogRecord[]) => records.map(({ position: _, key: __, ...rest }) => rest);
    expect(comparable(copied)).toEqual(comparable(wanted));
    expect(await compareLogs(source, target)).toEqual({ records: wanted.length, different: 0, descriptions: [] });
  }

  /** What somebody has told, with a program and ticks of the clock. */
  async function tell(log: EventLog): Promise<void> {
    const histories = fc.sample(arbitraryArrivals, { seed: 7, numRuns: 60 });
    await publish(log, new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]));
    await log.appendFacts(recordsOf(histories.reduce((a, b) => (b.length > a.length ? b : a))));
  }

  it('gives every record its stream, its place, and all that it says; again there is nothing to do', async () => {
    await tell(source);
    await fill(source, 3_000);
    const target = await server();
    const { length } = await readEverything(source);
    expect(await copyLog(source, target)).toMatchObject({ there: 0, copied: length, position: await source.head() });
    await expectCopied(target);
    const held = double.events.all.length;
    expect(await copyLog(source, await server())).toMatchObject({ there: length, copied: 0 });
    expect(double.events.all).toHaveLength(held);
  });

  it('gives a log of which read stores are made that are alike, there and back again', async () => {
    await tell(source);
    const there = await server('shop-');
    await copyLog(source, there);
    const back = embeddedTarget();
    await copyLog(there.log, back);
    expect(await compareLogs(source, back)).toMatchObject({ different: 0 });
    const rebuilt = async (log: EventLog, name: string) => {
      const stores = kept(openSqliteReadStores({ dir: join(dir, name) }));
      await rebuild(log, stores);
      const { members, tasks, changes } = await everything(await stores.current());
      return {
        members: members.map((row) => ({ ...row, position: 0 })),
        tasks,
        changes: changes.map((row) => ({ ...row, position: 0 })),
      };
    };
    const wanted = await rebuilt(source, 'a');
    expect(wanted.members.length * wanted.changes.length).toBeGreaterThan(0);
    expect(await rebuilt(there.log, 'b')).toEqual(wanted);
    expect(await rebuilt(back.log, 'c')).toEqual(wanted);
  });

  it('goes on where it was cut off', async () => {
    await fill(source, 5_000);
    for (const cut of [100, 900, 2_500]) {
      const target = await server();
      when(double.events.all.length + cut, () => target.writer.close());
      await expect(copyLog(source, target)).rejects.toThrow('Nothing can be written');
    }
    const { there, copied } = await copyLog(source, await server());
    expect(there).toBeGreaterThan(500);
    expect(there + copied).toBe(5_000);
    await expectCopied(await server());
  });

  it('goes on where an embedded copy was cut off', async () => {
    await fill(source, 5_000);
    const { log, writer } = embeddedTarget();
    let pages = 0;
    const cutOff: OrderedWriter = {
      ...writer,
      write: (records) => (pages++ === 1 ? Promise.reject(new Error('cut off')) : writer.write(records)),
    };
    await expect(copyLog(source, { log, writer: cutOff })).rejects.toThrow('cut off');
    expect(await copyLog(source, { log, writer })).toMatchObject({ there: 2_000, copied: 3_000 });
    await expectCopied({ log, writer });
  });

  it.each<Fault>(['lose-acknowledgement', 'drop-before-storing', 'time-out-after-storing', 'drop-read'])(
    'keeps the order and writes nothing twice, whatever happens: %s',
    async (fault) => {
      await fill(source, 3_000);
      double.faults.next(fault, 2);
      for (const events of [300, 900, 901, 2_000]) when(events, () => double.faults.next(fault));
      const target = await server();
      await copyLog(source, target);
      await expectCopied(target);
    },
  );

  it('keeps the order when the server dies and comes back, and waits while it starts', async () => {
    await fill(source, 3_000);
    double.faults.next('not-ready', 3);
    const target = await server();
    for (const events of [200, 1_000, 1_500]) when(events, () => double.restart());
    await copyLog(source, target);
    await expectCopied(target);
  });

  it('says so when the server took later records and not an earlier one', async () => {
    await fill(source, 1_000);
    when(300, () => double.faults.next('not-ready'));
    await expect(copyLog(source, await server())).rejects.toThrow(/out of order: copy to an empty log/);
    await expect(copyLog(source, await server())).rejects.toThrow(ForeignTargetError);
  });

  it('refuses a log that holds something else, or more, and one to which somebody else writes', async () => {
    await fill(source, 10);
    const target = await server();
    await target.log.appendFacts([visit('customer-x')]);
    await expect(copyLog(source, target)).rejects.toThrow(/^The log to copy to holds other records: record 1 of it is/);
    expect(await readEverything(target.log)).toHaveLength(1);
    const longer = await server('longer-');
    await copyLog(source, longer);
    await longer.log.appendFacts([visit('customer-x')]);
    await expect(copyLog(source, longer)).rejects.toThrow('record 11 of it is');
    expect(await compareLogs(source, longer)).toMatchObject({ records: 10, different: 1 });
    double.faults.next('refuse-revision');
    await expect(copyLog(source, await server('other-'))).rejects.toThrow(CopyRefusedError);
  });

  it('takes what stands of a log that holds more than an embedded one can, and refuses the rest', async () => {
    const { log } = await server();
    const fact = visit('customer-a');
    await log.appendFacts([fact]);
    await (await server()).log.appendFacts([visit('customer-b', { id: fact.id }), visit('customer-b')]);
    await expect(copyLog(log, embeddedTarget('refused'))).rejects.toThrow(
      `Record ${fact.id} of stream customer-b has the message id or natural key of record ${fact.id}`,
    );
    const claimed = kept(withClaims((await server()).log, openMemoryClaims()));
    const target = embeddedTarget();
    expect(await copyLog(claimed, target)).toMatchObject({ copied: 2 });
    expect(await compareLogs(claimed, target)).toMatchObject({ records: 2, different: 0 });
    expect(await copyLog(log, await server('whole-'))).toMatchObject({ copied: 3 });
  });

  it('refuses what is too large for the other log', async () => {
    await source.appendFacts([visit('customer-a', { data: { text: 'x'.repeat(1_100_000) } })]);
    await expect(copyLog(source, await server())).rejects.toThrow(CopyRefusedError);
  });

  it('finds every difference', async () => {
    await fill(source, 10);
    const other = embeddedTarget();
    const records = await readEverything(source);
    await other.log.appendFacts(
      records.slice(0, 9).map((record, n) => (n === 4 ? { ...record, data: { n: -1 } } : record)),
    );
    expect(await compareLogs(source, other)).toEqual({
      records: 9,
      different: 2,
      descriptions: [
        `${records[4].id} of stream ${records[4].stream} has another data`,
        `${records[9].id} of stream ${records[9].stream} is missing, and all that comes after it`,
      ],
    });
  });
});
