import type { NewRecord } from './port.js';
import { customerIdOf } from './streams.js';

/** A record checked and with `data` as the JSON text that is stored. */
export interface WritableRecord extends Omit<NewRecord, 'data' | 'announce'> {
  announce: boolean;
  json: string;
}

/**
 * Checks a record's envelope and turns its data into JSON text, so that later changes of the object by the caller change
 * nothing. What the fields mean is not looked at here.
 * @throws TypeError naming the field.
 */
export function toWritable(record: NewRecord): WritableRecord {
  const { stream, id, type, schemaVersion, customerId, occurredAt, recordedAt, source, key, announce = true } = record;
  requireText('stream', stream);
  requireText('id', id);
  requireText('type', type);
  requireText('source', source);
  if (key !== undefined) requireText('key', key);
  if (customerId !== customerIdOf(stream)) {
    throw new TypeError(`customerId ${JSON.stringify(customerId)} does not belong to stream ${stream}`);
  }
  if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 1) throw new TypeError('schemaVersion is no version');
  requireInstant('occurredAt', occurredAt);
  requireInstant('recordedAt', recordedAt);
  // Its type says string, but undefined and functions have no JSON.
  const json = JSON.stringify(record.data) as string | undefined;
  if (json === undefined) throw new TypeError('data cannot be written as JSON');
  return { stream, id, type, schemaVersion, customerId, occurredAt, recordedAt, source, key, announce, json };
}

/** Lone surrogates have no UTF-8: two ids that differ only there would be stored as one. */
function requireText(field: string, value: string): void {
  if (typeof value !== 'string' || value === '' || !value.isWellFormed()) {
    throw new TypeError(`${field} must be well-formed, non-empty text`);
  }
}

function requireInstant(field: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${field} must be whole milliseconds`);
}

/**
 * The same for records that go to one stream together.
 * @throws TypeError also when there is none or one is of another stream.
 */
export function toWritableGroup(stream: string, records: readonly NewRecord[]): WritableRecord[] {
  if (records.length === 0) throw new TypeError(`Nothing to append to stream ${stream}`);
  return records.map((record) => {
    if (record.stream !== stream)
      throw new TypeError(`Record ${record.id} is of stream ${record.stream}, not ${stream}`);
    return toWritable(record);
  });
}
