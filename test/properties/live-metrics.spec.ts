import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream, openMemoryLog } from '@perennial/event-log';
import { DAY_MS, type Fact, naturalKey } from '@perennial/membership';
import {
  catchUpLive,
  LiveCustomers,
  MemberReader,
  PastCustomers,
  ProgramCatalogue,
  readMetrics,
  readRfm,
  rebuild,
  tick,
  LocalLeases,
} from '@perennial/projection';
import { openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import fc from 'fast-check';
import { arbitraryFacts, arbitraryInstant, arbitraryPrograms } from '../histories/arbitrary-history.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);
const IDS = ['c-1', 'anon-1', 'c-2', 'c-3'];

/** What happens to an engine, one after the other. */
type Event =
  | { fact: Fact; announce: boolean }
  | { tick: number }
  | { refresh: number }
  | { ask: number; window: { from: number; to: number } | null }
  | 'rebuild';

const arbitraryWindow = fc.option(
  fc
    .tuple(arbitraryInstant, fc.integer({ min: 1, max: 120 }))
    .map(([from, days]) => ({ from: Math.floor(from / DAY_MS), to: Math.floor(from / DAY_MS) + days })),
);

const arbitraryEvents: fc.Arbitrary<Event[]> = arbitraryFacts.chain((facts) => {
  const owned = fc
    .array(fc.constantFrom(...IDS), { minLength: facts.length, maxLength: facts.length })
    .map((owners) => facts.map((fact, i) => ({ ...fact, customerId: owners[i] })));
  const links = fc
    .array(fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...IDS), arbitraryInstant), { maxLength: 3 })
    .map((pairs) =>
      pairs
        .filter(([aliasId, customerId]) => aliasId !== customerId)
        .map(([aliasId, customerId, occurredAt], i) => ({
          id: `link-${i}`,
          type: 'IdentityLinked',
          customerId,
          occurredAt,
          source: 'r',
          data: { aliasId },
        })),
    );
  return fc
    .tuple(
      fc
        .tuple(owned, links)
        .chain(([a, b]) =>
          fc.tuple(...[...a, ...b].map((fact) => fc.record({ fact: fc.constant(fact), announce: fc.boolean() }))),
        ),
      fc.array(fc.record({ tick: arbitraryInstant }), { maxLength: 4 }),
      fc.array(fc.record({ refresh: arbitraryInstant }), { maxLength: 4 }),
      fc.array(fc.record({ ask: arbitraryInstant, window: arbitraryWindow }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.constant('rebuild' as const), { maxLength: 1 }),
    )
    .chain((kinds) => {
      const events = kinds.flat() as Event[];
      return fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length });
    });
});

describe('live metrics', () => {
  let dir: string;
  let stores: ReadStores;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-live-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('are those of the fold at every instant, whatever came before, in whatever order', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, arbitraryPrograms, async (events, programs) => {
        const log = openMemoryLog();
        stores = openSqliteReadStores({ dir: join(dir, String(run++)) });
        try {
          const catalogue = new ProgramCatalogue(log);
          const now = Date.UTC(2020, 0, 1);
          for (const { program, effectiveFrom } of programs.versions) {
            expect(await catalogue.publish(program, { effectiveFrom, now, source: 'test' })).toMatchObject({
              ok: true,
            });
          }
          const sources = { log, stores, catalogue, reader: new MemberReader(log, stores, catalogue) };
          const live = new LiveCustomers(sources, { mostFolded: Infinity });
          const past = new PastCustomers(sources);
          let recordedAt = now;
          for (const event of events) {
            if (event === 'rebuild') await rebuild(log, stores);
            else if ('tick' in event) await tick(log, event.tick);
            else if ('refresh' in event) await live.refresh(event.refresh);
            else if ('fact' in event) {
              const { fact, announce } = event;
              recordedAt += 3_600_000;
              const stream = customerStream(fact.customerId);
              await log.appendFacts([
                { ...fact, source: 'test', schemaVersion: 1, recordedAt, stream, key: naturalKey(fact), announce },
              ]);
            } else {
              await catchUpLive(log, stores, new LocalLeases());
              const { ask: asOf, window } = event;
              const metrics = await readMetrics(sources, { asOf, window });
              // Whether the instant is named, or happens to be now.
              for (const [named, clock] of [
                [asOf, Infinity],
                [null, asOf],
              ] as const) {
                expect(await live.answer({ what: 'metrics', asOf: named, window }, clock)).toEqual({ asOf, metrics });
              }
              const rows = await readRfm(sources, asOf);
              const question = { what: 'rfm', asOf, after: null, limit: 100 } as const;
              expect(await live.answer(question, asOf)).toEqual({ asOf, rows });
              expect(await past.answer(question, asOf)).toEqual({ asOf, rows });
              expect(await past.answer({ what: 'metrics', asOf, window }, asOf)).toEqual({ asOf, metrics });
            }
          }
        } finally {
          await stores.close();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
