import { sameContent, type Content } from './content.js';
import { ConflictError, WrongExpectedRevisionError, type AppendOutcome, type ExpectedRevision } from './port.js';
import type { WritableRecord } from './stored-form.js';

/** Where a record is. */
export interface Place {
  position: number;
  revision: number;
}

/** What is asked about a record that is already held. */
export interface HeldRecord extends Place, Content {
  id: string;
  stream: string;
}

/** A fact as far as admission looks at it. */
export interface OfferedFact extends Content {
  id: string;
  key?: string;
}

/** Whose message ids and natural keys are taken. Every call sees the effects of those before it. */
export interface FactTable<Fact extends OfferedFact> {
  byId(id: string): HeldRecord | null;
  /** The record that took up the natural key. */
  byKey(key: string): HeldRecord | null;
  /** Adds the record at the end of its stream and of the log, unless its id is taken: then null. */
  insert(record: Fact): Place | null;
  /** Takes up a natural key for the record at `position`; false when it is taken. */
  claimKey(key: string, position: number): boolean;
  /** Undoes the insert just made. */
  withdraw(record: Fact, place: Place): void;
}

/** The records of an embedded log, as far as admission needs them. */
export interface RecordTable extends FactTable<WritableRecord> {
  /** Revision of the stream's last record, -1 when there is none. */
  revision(stream: string): number;
}

/**
 * Appends one independent fact under ruling 1: of facts with one message id or natural key the first stands.
 * It writes first and looks afterwards, because nearly every fact is new.
 */
export function admitFact<Fact extends OfferedFact>(table: FactTable<Fact>, record: Fact): AppendOutcome {
  const place = table.insert(record);
  if (place === null) {
    const held = table.byId(record.id)!;
    if (sameContent(held, record)) return { status: 'duplicate', position: held.position };
    return { status: 'conflict', on: 'id', key: record.id, existingId: held.id };
  }
  const { key } = record;
  if (key === undefined || table.claimKey(key, place.position)) return { status: 'appended', position: place.position };
  const held = table.byKey(key)!;
  if (sameContent(held, record)) return { status: 'appended', position: place.position, repeats: held.id };
  table.withdraw(record, place);
  return { status: 'conflict', on: 'key', key, existingId: held.id };
}

/**
 * Appends records to one stream, all or nothing: everything is checked before anything is written.
 * @returns place of the last record. @throws WrongExpectedRevisionError, ConflictError
 */
export function admitTogether(
  table: RecordTable,
  stream: string,
  records: readonly WritableRecord[],
  expected: ExpectedRevision,
): Place {
  const fresh = withoutHeld(table, stream, records);
  if (fresh.length === 0) return table.byId(records.at(-1)!.id)!;
  const actual = table.revision(stream);
  if (expected !== 'any' && expected !== actual) throw new WrongExpectedRevisionError(stream, expected, actual);
  requireFreeKeys(table, fresh);
  for (const record of fresh) {
    const place = table.insert(record)!;
    if (record.key !== undefined) table.claimKey(record.key, place.position);
  }
  return table.byId(records.at(-1)!.id)!;
}

/** The records whose ids are new to the log and to the call. */
function withoutHeld(table: RecordTable, stream: string, records: readonly WritableRecord[]): WritableRecord[] {
  const fresh = new Map<string, WritableRecord>();
  for (const record of records) {
    const held = table.byId(record.id) ?? fresh.get(record.id);
    if (held === undefined) fresh.set(record.id, record);
    else if (held.stream !== stream || !sameContent(held, record)) throw new ConflictError('id', record.id, held.id);
  }
  return [...fresh.values()];
}

/** A natural key may be taken only by equal content: then the record is a repetition and is written all the same. */
function requireFreeKeys(table: RecordTable, records: readonly WritableRecord[]): void {
  const claimed = new Map<string, WritableRecord>();
  for (const record of records) {
    if (record.key === undefined) continue;
    const holder = table.byKey(record.key) ?? claimed.get(record.key);
    if (holder === undefined) claimed.set(record.key, record);
    else if (!sameContent(holder, record)) throw new ConflictError('key', record.key, holder.id);
  }
}
