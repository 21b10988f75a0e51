import type { MirrorEnd, MirroredChange, MirrorPlace } from '../mirror.js';
import { MOST_APPEND_BYTES, text } from './event-form.js';
import { eventIdOf } from './event-id.js';
import type { Event } from './event-reads.js';
import type { SentEvent } from './sent-event.js';

/** The metadata of a mirrored change. */
interface ChangeMetadata {
  changeId: string;
  place: MirrorPlace;
  /** Up to there all streams of the mirror were complete when this was written. */
  complete: MirrorPlace | null;
  programVersion: number;
  cause: unknown;
  /** EventStoreDB's name for the message that caused an event: the fact's message id. */
  $causationId?: string;
}

const META_TYPE = 'mirror-begun';

/** The event of a change, and what it counts against MOST_APPEND_BYTES. @throws Error when one append cannot hold it. */
export function changeEvent(change: MirroredChange, complete: MirrorPlace | null): SentEvent & { bytes: number } {
  const { id: changeId, type, place, programVersion, cause, causedBy, item } = change;
  const { position, customerId, ordinal } = place;
  const described: ChangeMetadata = {
    changeId,
    place: { position, customerId, ordinal },
    complete,
    programVersion,
    cause,
    $causationId: causedBy,
  };
  const data = Buffer.from(JSON.stringify(item));
  const metadata = Buffer.from(JSON.stringify(described));
  const bytes = data.length + metadata.length + 2 * type.length;
  if (bytes > MOST_APPEND_BYTES) {
    throw new Error(`Change ${changeId} has ${bytes} bytes; EventStoreDB takes ${MOST_APPEND_BYTES} in one append`);
  }
  // No message id of a fact holds a space: facts and changes never have one event id.
  return { eventId: eventIdOf(`change ${changeId}`), type, data, metadata, bytes };
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
