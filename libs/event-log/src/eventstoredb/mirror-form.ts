import type { MirrorEnd, MirroredChange, MirrorPlace } from '../mirror.js';
import { MOST_APPEND_BYTES, text } from './event-form.js';
import { eventIdOf } from './event-id.js';
import type { Event } from './event-reads.js';
import { bytesOf, type SentEvent } from './sent-event.js';

/** The metadata of a mirrored change. What the change itself says is not said again: every byte of it costs the server. */
interface ChangeMetadata {
  /** EventStoreDB's name for the message that caused an event: the fact's message id. */
  $causationId?: string;
  /** Of this change; only in the last event of an append, which is where a stream ends. */
  place?: MirrorPlace;
  /** Up to there all streams of the mirror were complete when this was written; beside `place`. */
  complete?: MirrorPlace | null;
}

const META_TYPE = 'mirror-begun';

/** The event of a change. */
export function changeEvent({ id, type, causedBy, item }: MirroredChange): SentEvent {
  const data = Buffer.from(JSON.stringify(item));
  // No message id of a fact holds a space: facts and changes never have one event id.
  return { eventId: eventIdOf(`change ${id}`), type, data, metadata: metadataOf({ $causationId: causedBy }) };
}

/** The same as the last event of an append, which tells where its stream ends. @throws Error when no append can hold it. */
export function endEvent(event: SentEvent, change: MirroredChange, complete: MirrorPlace | null): SentEvent {
  const { position, customerId, ordinal } = change.place;
  const place = { position, customerId, ordinal };
  const end = { ...event, metadata: metadataOf({ $causationId: change.causedBy, place, complete }) };
  const bytes = bytesOf(end);
  if (bytes > MOST_APPEND_BYTES) {
    throw new Error(`Change ${change.id} has ${bytes} bytes; EventStoreDB takes ${MOST_APPEND_BYTES} in one append`);
  }
  return end;
}

function metadataOf(metadata: ChangeMetadata): Buffer {
  return Buffer.from(JSON.stringify(metadata));
}

/** @throws Error when something else wrote the event. */
export function readEnd(stream: string, event: Event): MirrorEnd {
  const bytes = event.getCustomMetadata_asU8();
  const { place, complete = null } = (bytes.length === 0 ? {} : JSON.parse(text(bytes))) as Partial<ChangeMetadata>;
  const revision = Number(event.getStreamRevision());
  if (!isPlace(place)) throw foreign(stream, revision);
  return { revision, place, complete: isPlace(complete) ? complete : null };
}

function isPlace(value: unknown): value is MirrorPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { position, customerId, ordinal } = value as Partial<MirrorPlace>;
  return Number.isSafeInteger(position) && typeof customerId === 'string' && Number.isSafeInteger(ordinal);
}

/** The event that says into how many streams a mirror is divided. */
export function metaEvent(partitions: number): SentEvent {
  const data = Buffer.from(JSON.stringify({ partitions }));
  return { eventId: eventIdOf('mirror of changes'), type: META_TYPE, data, metadata: Buffer.from('{}') };
}

/** @throws Error when something else wrote the event. */
export function readMeta(stream: string, event: Event): number {
  const { partitions } = JSON.parse(text(event.getData_asU8())) as { partitions?: number };
  if (partitions === undefined || !Number.isSafeInteger(partitions) || partitions < 1) throw foreign(stream, 0);
  return partitions;
}

function foreign(stream: string, revision: number): Error {
  return new Error(
    `Event ${revision} of stream ${stream} was not written by this engine: it names no place in the feed`,
  );
}
