import { setImmediate as turn } from 'node:timers/promises';
import {
  type ClaimStore,
  customerStream,
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  type NewRecord,
  openMemoryClaims,
  openMemoryLog,
  openSqliteClaims,
  withClaims,
} from '@perennial/event-log';
import { PERSONAL } from '@perennial/membership';
import fc from 'fast-check';
import { SharedRecords, UnenforcedLog } from '../double/unenforced-log.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);

/** Facts that meet in ids, keys and content again and again. */
const fact = fc
  .record({
    id: fc.nat(11),
    key: fc.option(fc.nat(7), { nil: undefined }),
    customer: fc.nat(3),
    content: fc.nat(2),
    mac: fc.option(fc.constantFrom('x', 'y', 'erased'), { nil: undefined }),
  })
  .map(({ id, key, customer, content, mac }): NewRecord => {
    const part = mac === 'erased' ? { erased: true } : { mac, sealed: 'z' };
    return {
      // Now and then no customer's.
      stream: customer === 3 ? 'program' : customerStream(`c-${customer}`),
      customerId: customer === 3 ? null : `c-${customer}`,
      id: `m-${id}`,
      type: 'OrderPlaced',
      schemaVersion: 1,
      occurredAt: 0,
      recordedAt: 0,
      source: 'test',
      announce: true,
      ...(key !== undefined && { key: `k-${key}` }),
      data: { content, ...(mac !== undefined && { [PERSONAL]: part }) },
    };
  });
const facts = fc.array(fact, { maxLength: 60 });
/** What one of three processes does: reads on by so many records, begins anew, or loses its claims' answers for a while. */
const step = fc.record({
  process: fc.nat(2),
  does: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }) },
    fc.constant('restart' as const),
    fc.constant('outage' as const),
  ),
});

/** What the log would be had it enforced keys: admitted one after the other. */
async function admitted(written: readonly NewRecord[]) {
  const outcomes = await openMemoryLog().appendFacts([...written]);
  const positions = written.map((_, index) => (index + 1) * 100);
  return {
    standing: positions.filter((_, index) => outcomes[index].status === 'appended'),
    setAside: outcomes.flatMap((outcome, index) => {
      if (outcome.status !== 'conflict') return [];
      const { on, key, existingId: standsAs } = outcome;
      const { id: factId, customerId } = written[index];
      return [{ position: positions[index], factId, customerId, on, key, standsAs }];
    }),
  };
}

/** Answers late, and not at all during an outage: what one process asks and keeps falls between what others do. */
class SlowClaims {
  away = false;

  constructor(readonly store: ClaimStore) {}

  readonly proxy = new Proxy(this, {
    get: (slow, method: keyof ClaimStore) => async (argument: never) => {
      if (method === 'close') return;
      await turn();
      if (slow.away && method === 'save') throw new LogUnavailableError('away');
      const answer: unknown = await slow.store[method](argument);
      await turn();
      return answer;
    },
  }) as unknown as ClaimStore;
}

/** One process, reading the log from its beginning. */
class Reader {
  readonly read: LogRecord[] = [];
  #claims!: SlowClaims;
  #log!: EventLog;

  constructor(
    private readonly shared: SharedRecords,
    private readonly store: ClaimStore,
  ) {
    this.open();
  }

  open(): void {
    this.#claims = new SlowClaims(this.store);
    this.#log = withClaims(new UnenforcedLog(this.shared), this.#claims.proxy);
  }

  async do(does: number | 'restart' | 'outage'): Promise<void> {
    if (does === 'outage') this.#claims.away = true;
    else if (does === 'restart') await this.restart();
    else await this.page(does).catch(() => undefined);
  }

  async page(limit: number): Promise<number> {
    const page = await this.#log.readAll({ after: this.read.at(-1)?.position ?? 0, limit });
    this.read.push(...page);
    return page.length;
  }

  async restart(): Promise<void> {
    await this.#log.close();
    this.open();
  }

  async toTheEnd(): Promise<number[]> {
    this.#claims.away = false;
    while ((await this.page(7)) === 7);
    await this.#log.close();
    return this.read.map(({ position }) => position);
  }
}

describe.each([
  ['memory', openMemoryClaims, 5 * RUNS],
  ['SQLite', () => openSqliteClaims({ path: ':memory:' }), RUNS],
])('what stands in a log judged with claims in %s', (_, open, numRuns) => {
  it('is what would have been admitted in its order, whoever judges, in whatever batches', async () => {
    await fc.assert(
      fc.asyncProperty(facts, fc.array(step, { maxLength: 40 }), fc.nat(60), async (written, steps, early) => {
        const shared = new SharedRecords();
        const add = (part: readonly NewRecord[]) => {
          for (const each of part) shared.add({ ...each, announce: true, json: JSON.stringify(each.data) });
        };
        add(written.slice(0, early));
        const store = open();
        const readers = [0, 1, 2].map(() => new Reader(shared, store));
        const halfway = Math.floor(steps.length / 2);
        const rounds = [steps.slice(0, halfway), steps.slice(halfway)];
        for (const round of rounds) {
          // Every process does its steps in order, all of them at once.
          await Promise.all(
            readers.map(async (reader, index) => {
              for (const { process, does } of round) if (process === index) await reader.do(does);
            }),
          );
          if (round === rounds[0]) add(written.slice(early));
        }
        const expected = await admitted(written);
        for (const read of await Promise.all(readers.map((reader) => reader.toTheEnd()))) {
          expect(read).toEqual(expected.standing);
        }
        expect(await store.setAside({ limit: 100 })).toEqual(expected.setAside);
        await store.close();
      }),
      { numRuns },
    );
  });
});
