import { sameContent } from '../content.js';
import { ConflictError, type AppendOutcome } from '../port.js';
import { saysTheSame } from '../stored-content.js';
import type { WritableRecord } from '../stored-form.js';
import type { ProposedEvent } from './event-form.js';
import type { KnownRecords } from './known-records.js';
import type { StreamIndex } from './stream-index.js';

/** What is to be done with an offered fact: it is answered, or written. */
export type Verdict = { answer: AppendOutcome } | { write: true; repeats?: string };

/**
 * Ruling 1 for one fact, as far as this process knows: its own stream from the index, others as far as they are in
 * memory. What it cannot know (facts of one id or key under two customers, taken by two processes) is written; there the
 * first in the log stands, and the projector says so.
 */
export async function judgeFact(index: StreamIndex, known: KnownRecords, { record }: ProposedEvent): Promise<Verdict> {
  const { id, key } = record;
  const revision = index.revisionOfId(id);
  if (revision !== null) {
    const { record: held } = await index.record(revision);
    if (saysTheSame(held, record)) return { answer: { status: 'duplicate', position: held.position } };
    return { answer: { status: 'conflict', on: 'id', key: id, existingId: id } };
  }
  // A record's customer is part of its content: another stream's says something else.
  const elsewhere = known.streamOfId(id);
  if (elsewhere !== null && elsewhere !== index.stream) {
    return { answer: { status: 'conflict', on: 'id', key: id, existingId: id } };
  }
  if (key === undefined) return { write: true };
  const holder = await keyHolder(index, known, key, record);
  if (holder === null) return { write: true };
  if (holder.same) return { write: true, repeats: holder.id };
  return { answer: { status: 'conflict', on: 'key', key, existingId: holder.id } };
}

/** True when an id and key are new to this process: such a fact is written without looking anywhere. */
export function isNew(index: StreamIndex, known: KnownRecords, { record: { id, key } }: ProposedEvent): boolean {
  return (
    known.streamOfId(id) === null && index.revisionOfId(id) === null && (key === undefined || isFree(index, known, key))
  );
}

function isFree(index: StreamIndex, known: KnownRecords, key: string): boolean {
  return known.holderOfKey(key) === null && index.holderOfKey(key) === null;
}

async function keyHolder(
  index: StreamIndex,
  known: KnownRecords,
  key: string,
  record: WritableRecord,
): Promise<{ id: string; same: boolean } | null> {
  const own = index.holderOfKey(key);
  if (own) return { id: own.id, same: saysTheSame((await index.record(own.revision)).record, record) };
  const elsewhere = known.holderOfKey(key);
  return elsewhere && elsewhere.stream !== index.stream ? { id: elsewhere.id, same: false } : null;
}

/**
 * Takes out of records that are appended together those that the stream holds already.
 * @throws ConflictError when an id is held with other content.
 */
export async function withoutHeld(
  index: StreamIndex,
  known: KnownRecords,
  events: readonly ProposedEvent[],
): Promise<ProposedEvent[]> {
  const fresh = new Map<string, ProposedEvent>();
  for (const event of events) {
    const { record } = event;
    const twin = fresh.get(record.id);
    if (twin) {
      if (!sameContent(twin.record, record)) throw new ConflictError('id', record.id, record.id);
      continue;
    }
    const revision = index.revisionOfId(record.id);
    const elsewhere = known.streamOfId(record.id);
    if (revision === null && (elsewhere === null || elsewhere === index.stream)) fresh.set(record.id, event);
    else if (revision === null || !saysTheSame((await index.record(revision)).record, record)) {
      throw new ConflictError('id', record.id, record.id);
    }
  }
  return [...fresh.values()];
}

/**
 * Natural keys of records that are appended together must be free, or be taken by equal content.
 * @throws ConflictError
 */
export async function requireFreeKeys(
  index: StreamIndex,
  known: KnownRecords,
  events: readonly ProposedEvent[],
): Promise<void> {
  const claimed = new Map<string, ProposedEvent>();
  for (const event of events) {
    const { key } = event.record;
    if (key === undefined) continue;
    const holder = await keyHolder(index, known, key, event.record);
    if (holder && !holder.same) throw new ConflictError('key', key, holder.id);
    const earlier = claimed.get(key);
    if (earlier && !sameContent(earlier.record, event.record)) throw new ConflictError('key', key, earlier.record.id);
    if (!earlier) claimed.set(key, event);
  }
}
