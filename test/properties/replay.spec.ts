import type { EventLog, LogRecord } from '@perennial/event-log';
import {
  applyToMirror,
  decodeState,
  encodeState,
  facetsOf,
  type Link,
  type ProgramHistory,
} from '@perennial/membership';
import { IdentityMap } from '@perennial/projection';
import fc from 'fast-check';
import { type AnnouncedChange } from '../../libs/projection/src/replay/announcements.js';
import { ComponentReplay, linkOf, type LiveMember } from '../../libs/projection/src/replay/component-replay.js';
import { Ticks } from '../../libs/projection/src/replay/ticks.js';
import { arbitraryArrivals, type Entry, logOf } from '../histories/arbitrary-arrivals.js';
import { arbitraryPrograms } from '../histories/arbitrary-history.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 200);

interface Projection {
  members: Map<string, string>;
  changes: AnnouncedChange[];
}

/** Projects in batches cut at the given places, from encoded states each time. */
async function project(log: EventLog, records: LogRecord[], programs: ProgramHistory, cuts: number[]) {
  const result: Projection = { members: new Map(), changes: [] };
  const places = [...new Set([0, ...cuts.map((cut) => cut % (records.length + 1)), records.length])].sort(
    (a, b) => a - b,
  );
  const links: Link[] = [];
  let clock = 0;
  for (let i = 0; i + 1 < places.length; i++) {
    const batch = records.slice(places[i], places[i + 1]);
    const ticks = new Ticks(clock, batch);
    const members = new Map<string, LiveMember>();
    for (const [id, text] of result.members) {
      const [position, state] = JSON.parse(text) as [number, string];
      members.set(id, { state: decodeState(state), position });
    }
    const complete = places[i] === 0;
    const cx = { log, programs, ticks, complete, again: new Set<string>(), isOwn: () => true };
    const replay = new ComponentReplay(cx, new IdentityMap(links), members);
    await replay.run(
      batch.filter((record) => record.customerId !== null),
      batch[batch.length - 1].position,
    );
    links.push(...batch.filter((record) => record.type === 'IdentityLinked').map(linkOf));
    clock = ticks.end;
    result.members = new Map(
      [...replay.members]
        .sort()
        .map(([id, { state, position }]) => [id, JSON.stringify([position, encodeState(state)])]),
    );
    result.changes.push(...replay.announcements.changes);
  }
  result.changes.sort(
    (a, b) =>
      a.position - b.position ||
      (a.change.customerId < b.change.customerId ? -1 : a.change.customerId > b.change.customerId ? 1 : 0) ||
      a.ordinal - b.ordinal,
  );
  return result;
}

describe('replaying a log', () => {
  it('gives the same members and the same changes however the log is cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryArrivals, arbitraryPrograms, fc.array(fc.nat()), async (entries, programs, cuts) => {
        const { log, records } = await logOf(entries);
        const whole = await project(log, records, programs, []);
        const pieces = await project(log, records, programs, cuts);
        const single = await project(log, records, programs, [...records.keys()]);
        expect(pieces).toEqual(whole);
        expect(single).toEqual(whole);
      }),
      { numRuns: RUNS },
    );
  });

  it('announces what a mirror needs to hold the final members, whatever comes late', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryArrivals, arbitraryPrograms, async (entries, programs) => {
        const announced = entries.map((entry) => ('tick' in entry ? entry : { ...entry, announce: true }));
        const { log, records } = await logOf(announced);
        const { members, changes } = await project(log, records, programs, [...records.keys()]);
        const mirrors = new Map<string, Map<string, unknown>>();
        for (const { change } of changes) {
          const mirror = mirrors.get(change.customerId) ?? new Map<string, unknown>();
          mirrors.set(change.customerId, mirror);
          if (change.type === 'member-merged') mirrors.delete(change.customerId);
          else applyToMirror(mirror, change);
        }
        const held = new Map(
          [...members].map(([id, text]) => {
            const facets = facetsOf(decodeState((JSON.parse(text) as [number, string])[1]), programs);
            return [id, new Map([...facets].map(([key, facet]) => [key, facet.value]))];
          }),
        );
        for (const [id, mirror] of mirrors) if (mirror.size === 0) mirrors.delete(id);
        expect(mirrors).toEqual(held);
      }),
      { numRuns: RUNS },
    );
  });

  it('ends where a fold of all facts ends, whatever the order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryArrivals, arbitraryPrograms, async (entries, programs) => {
        const end: Entry = { tick: Date.UTC(2026, 0, 1) };
        const reordered = entries.toReversed();
        const states = async (order: Entry[]) => {
          const { log, records } = await logOf([...order, end]);
          const { members } = await project(log, records, programs, [...records.keys()]);
          return new Map([...members].map(([id, text]) => [id, (JSON.parse(text) as [number, string])[1]]));
        };
        expect(await states(reordered)).toEqual(await states(entries));
      }),
      { numRuns: RUNS },
    );
  });
});
