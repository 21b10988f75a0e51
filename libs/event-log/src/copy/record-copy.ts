import { type Fact, naturalKey } from '@perennial/membership';
import type { LogRecord, NewRecord } from '../port.js';

/** A record of one log as it is handed to another: with its natural key, which logs do not give back. */
export function copyOf(record: LogRecord): NewRecord {
  const { position: _, revision: __, ...rest } = record;
  if (record.customerId === null) return rest;
  // What is in a log was a fact when it came in.
  const key = naturalKey(record as unknown as Fact);
  return key === undefined ? rest : { ...rest, key };
}

const FIELDS = [
  'stream',
  'revision',
  'id',
  'type',
  'schemaVersion',
  'customerId',
  'occurredAt',
  'recordedAt',
  'source',
  'announce',
] as const;

/** The first thing in which two records differ that should be the same in two logs; null when there is none. */
export function differenceOf(a: LogRecord, b: LogRecord): string | null {
  for (const field of FIELDS) if (a[field] !== b[field]) return field;
  // Both come from the same JSON text, so their keys are in one order.
  return JSON.stringify(a.data) === JSON.stringify(b.data) ? null : 'data';
}
