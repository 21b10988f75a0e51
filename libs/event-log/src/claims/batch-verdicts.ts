import { admitFact, type FactTable, type HeldRecord, type Place } from '../admission.js';
import type { AppendOutcome, LogRecord } from '../port.js';
import { idName, keyName } from './names.js';
import type { Holder } from './port.js';

/** A record of the log with the names that it asks for. */
export class JudgedRecord implements HeldRecord {
  readonly position: number;
  readonly revision: number;
  readonly stream: string;
  readonly id: string;
  readonly key: string | undefined;
  readonly customerId: string | null;
  readonly type: string;
  readonly occurredAt: number;
  readonly idName: string;
  readonly keyName: string | null;
  readonly #data: unknown;

  constructor(record: LogRecord) {
    this.position = record.position;
    this.revision = record.revision;
    this.stream = record.stream;
    this.id = record.id;
    this.key = record.key;
    this.customerId = record.customerId;
    this.type = record.type;
    this.occurredAt = record.occurredAt;
    this.idName = idName(record.id);
    this.keyName = record.key === undefined ? null : keyName(record.key);
    this.#data = record.data;
  }

  /** Made only for the few that are compared. */
  get json(): string {
    return JSON.stringify(this.#data);
  }

  get names(): string[] {
    return this.keyName === null ? [this.idName] : [this.idName, this.keyName];
  }
}

/**
 * What is taken, as the log itself would have it: the very rule by which embedded logs admit facts (`admitFact`) judges
 * records that are written already.
 */
export class BatchVerdicts implements FactTable<JudgedRecord> {
  readonly claims = new Map<string, Holder>();
  /** The record that is being judged. */
  #current!: JudgedRecord;
  #previous = 0;

  constructor(
    /** Who held which name before. */
    private readonly holderOf: (name: string) => Holder | undefined,
    /** By position, every record that is asked for. */
    private readonly contents: ReadonlyMap<number, HeldRecord>,
  ) {}

  /** To be called for every record in log order. @param previous position of the record before it. */
  judge(record: JudgedRecord, previous: number): AppendOutcome {
    this.#current = record;
    this.#previous = previous;
    return admitFact(this, record);
  }

  insert({ idName, position, revision }: JudgedRecord): Place | null {
    return this.#claim(idName) ? { position, revision } : null;
  }

  claimKey(): boolean {
    return this.#claim(this.#current.keyName!);
  }

  byId(): HeldRecord {
    return this.#held(this.#current.idName);
  }

  byKey(): HeldRecord {
    return this.#held(this.#current.keyName!);
  }

  withdraw({ idName }: JudgedRecord): void {
    this.claims.delete(idName);
  }

  #claim(name: string): boolean {
    if (this.claims.has(name) || this.holderOf(name)) return false;
    this.claims.set(name, { position: this.#current.position, previous: this.#previous });
    return true;
  }

  #held(name: string): HeldRecord {
    return this.contents.get((this.claims.get(name) ?? this.holderOf(name))!.position)!;
  }
}
