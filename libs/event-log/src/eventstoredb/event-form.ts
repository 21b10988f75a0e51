import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord, NewRecord } from '../port.js';
import { customerIdOf } from '../streams.js';
import { toWritable, type WritableRecord } from '../stored-form.js';
import { eventIdOf } from './event-id.js';
import { bytesOf, type SentEvent } from './sent-event.js';

/** What one append may hold in all, bytes: the server's default (`MaxAppendSize`). */
export const MOST_APPEND_BYTES = 1024 * 1024;

/** A record in the form in which it is sent. */
export interface ProposedEvent extends SentEvent {
  record: WritableRecord;
  /** What it counts against MOST_APPEND_BYTES. */
  bytes: number;
}

/** The metadata of an event: what of a record is neither its data nor in the event's own fields. */
interface EventMetadata {
  factId: string;
  schemaVersion: number;
  /** UTC milliseconds. */
  occurredAt: number;
  /** UTC milliseconds. */
  recordedAt: number;
  source: string;
  announce: boolean;
  key?: string;
  /** Who did it, where the fact says so: staff, a campaign. */
  by?: string;
  /** EventStoreDB's name for the message that caused an event: the fact's or command's message id. */
  $causationId: string;
}

/** An event of the log's streams that is none of this engine's records: it cannot be passed over, and will not change. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A record of the log and its natural key. */
export interface StoredEvent {
  record: LogRecord;
  key: string | undefined;
}

/**
 * Checks a record and brings it into the form in which it is sent.
 * @throws TypeError when it is malformed or larger than one append may be.
 */
export function propose(record: NewRecord): ProposedEvent {
  const writable = toWritable(record);
  const { id, type, schemaVersion, occurredAt, recordedAt, source, announce, key } = writable;
  const by = whoDid(record.data);
  const described: EventMetadata = {
    factId: id,
    schemaVersion,
    occurredAt,
    recordedAt,
    source,
    announce,
    key,
    by,
    $causationId: id,
  };
  const data = Buffer.from(writable.json);
  const metadata = Buffer.from(JSON.stringify(described));
  const bytes = bytesOf({ type, data, metadata });
  if (bytes > MOST_APPEND_BYTES) {
    throw new TypeError(`Record ${id} has ${bytes} bytes; EventStoreDB takes ${MOST_APPEND_BYTES} in one append`);
  }
  return { record: writable, eventId: eventIdOf(id), type, data, metadata, bytes };
}

function whoDid(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('by' in data)) return undefined;
  return typeof data.by === 'string' ? data.by : undefined;
}

/**
 * Reads an event back. Commit positions are the log's positions.
 * @throws Error when something else than this engine wrote it, or its position is beyond what a number holds exactly.
 */
export function toStoredEvent(stream: string, event: ReadResp.ReadEvent.RecordedEvent): StoredEvent {
  const position = Number(event.getCommitPosition());
  if (!Number.isSafeInteger(position)) throw new Error(`Position ${event.getCommitPosition()} is too large`);
  const revision = Number(event.getStreamRevision());
  const metadata = parseMetadata(event.getCustomMetadata_asU8());
  if (metadata === null) {
    throw new Error(`Event ${revision} of stream ${stream} was not written by this engine: its metadata name no fact`);
  }
  const { factId, schemaVersion, occurredAt, recordedAt, source, announce, key } = metadata;
  const record: LogRecord = {
    stream,
    id: factId,
    type: event.getMetadataMap().get('type') ?? '',
    schemaVersion,
    customerId: customerIdOf(stream),
    occurredAt,
    recordedAt,
    source,
    data: JSON.parse(text(event.getData_asU8())) as unknown,
    position,
    revision,
    announce,
    key,
  };
  return { record, key };
}

function parseMetadata(bytes: Uint8Array): EventMetadata | null {
  if (bytes.length === 0) return null;
  const parsed = JSON.parse(text(bytes)) as Partial<EventMetadata> | null;
  return typeof parsed?.factId === 'string' ? (parsed as EventMetadata) : null;
}

/** UTF-8 without a copy of the bytes. */
export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
