import { type Fact, naturalKey } from '@perennial/membership';
import type { LogRecord, NewRecord } from '../port.js';

/** A record of one log as it is handed to another: with its natural key, which not all logs give back. */
export function copyOf({ position: _, revision: __, ...record }: LogRecord): NewRecord {
  if (record.customerId === null || record.key !== undefined) return record;
  // What is in a log was a fact when it came in.
  const key = naturalKey(record as unknown as Fact);
  return key === undefined ? record : { ...record, key };
}

const FIELDS = [
  'stream',
  'id',
  'type',
  'schemaVersion',
  'customerId',
  'occurredAt',
  'recordedAt',
  'source',
  'announce',
] as const;

/**
 * The first thing in which two records differ that should be the same in two logs; null when there is none.
 * @param revisions whether they should have one revision, too.
 */
export function differenceOf(a: LogRecord, b: LogRecord, revisions: boolean): string | null {
  for (const field of FIELDS) if (a[field] !== b[field]) return field;
  if (revisions && a.revision !== b.revision) return 'revision';
  // Both come from the same JSON text, so their keys are in one order.
  return JSON.stringify(a.data) === JSON.stringify(b.data) ? null : 'data';
}
