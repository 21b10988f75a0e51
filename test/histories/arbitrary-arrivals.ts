import {
  customerStream,
  openMemoryLog,
  PROGRAM_STREAM,
  type EventLog,
  type LogRecord,
  type NewRecord,
} from '@perennial/event-log';
import { type Fact, iso, naturalKey, type ProgramHistory } from '@perennial/membership';
import fc from 'fast-check';
import { arbitraryFacts, arbitraryInstant } from './arbitrary-history.js';

const IDS = ['c-1', 'anon-1', 'c-2'];

/** What comes to a log: a fact, announced or as silent history, or time. */
export type Entry = { fact: Fact; announce: boolean } | { tick: number };

/** Facts of three ids, links between them, and ticks, in the order of arrival. */
export const arbitraryArrivals: fc.Arbitrary<Entry[]> = arbitraryFacts.chain((facts) =>
  fc
    .tuple(
      fc.array(fc.constantFrom(...IDS), { minLength: facts.length, maxLength: facts.length }),
      fc.array(fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...IDS), arbitraryInstant), { maxLength: 3 }),
      fc.array(arbitraryInstant, { maxLength: 4 }),
      fc.infiniteStream(fc.constantFrom(true, true, false)),
    )
    .chain(([owners, links, ticks, announce]) => {
      const linkFacts = links
        .filter(([alias, customer]) => alias !== customer)
        .map(([aliasId, customerId, occurredAt], index) => ({
          id: `link-${index}`,
          type: 'IdentityLinked',
          customerId,
          occurredAt,
          source: 'random',
          data: { aliasId },
        }));
      const owned = facts.map((fact, index) => ({ ...fact, customerId: owners[index] }));
      const entries: Entry[] = [
        ...([...owned, ...linkFacts] as Fact[]).map((fact) => ({ fact, announce: announce.next().value as boolean })),
        ...ticks.map((tick) => ({ tick })),
      ];
      return fc.shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length });
    }),
);

/** The entries as records, taken an hour apart. */
export function recordsOf(entries: readonly Entry[]): NewRecord[] {
  let now = Date.UTC(2024, 3, 1);
  return entries.map((entry, index) => {
    now += 3_600_000;
    const common = { id: `tick-${index}`, schemaVersion: 1, recordedAt: now, source: 'random' };
    if ('tick' in entry) {
      return { ...common, stream: 'clock', type: 'ClockTicked', customerId: null, occurredAt: entry.tick, data: {} };
    }
    const { fact, announce } = entry;
    const stream = customerStream(fact.customerId);
    return { ...common, ...fact, source: 'random', stream, key: naturalKey(fact), announce };
  });
}

/** A log that holds the entries, and what it made of them. */
export async function logOf(entries: readonly Entry[]): Promise<{ log: EventLog; records: LogRecord[] }> {
  const log = openMemoryLog();
  for (const record of recordsOf(entries)) await log.appendFacts([record]);
  return { log, records: await log.readAll({ limit: 1_000 }) };
}

/** Puts the versions of a program at the beginning of a log. */
export async function publish(log: EventLog, programs: ProgramHistory): Promise<void> {
  const records = programs.versions.map(({ version, effectiveFrom, program }): NewRecord => ({
    stream: PROGRAM_STREAM,
    id: `program-${version}`,
    type: 'ProgramPublished',
    schemaVersion: 1,
    customerId: null,
    occurredAt: 0,
    recordedAt: 0,
    source: 'random',
    data: { version, effectiveFrom: effectiveFrom === null ? null : iso(effectiveFrom), program },
  }));
  await log.append(PROGRAM_STREAM, records, -1);
}
