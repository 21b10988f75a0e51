import type { Aside, SetAside } from '../claims/port.js';
import { customerIdOf } from '../streams.js';

/**
 * A claim is 16 bytes of name (a uuid is just that) and where its record is; the record itself stays in the log. `taken`
 * is null for the very fact again. Streams, ids and keys are kept as JSON: PostgreSQL's text holds no NUL.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE claims (
    name     uuid   PRIMARY KEY,
    position bigint NOT NULL,
    previous bigint NOT NULL
  );
  CREATE TABLE set_aside (
    position  bigint PRIMARY KEY,
    before    bigint NOT NULL,
    stream    text   NOT NULL,
    fact_id   text   NOT NULL,
    taken     text,
    key       text,
    stands_as text
  );
  CREATE INDEX set_aside_by_stream ON set_aside (stream, position);
  CREATE INDEX set_aside_by_fact ON set_aside (fact_id);
  CREATE TABLE judged (
    position  bigint NOT NULL,
    standing  bigint NOT NULL,
    stream    text   NOT NULL,
    record_id text   NOT NULL
  );
  INSERT INTO judged VALUES (0, 0, '""', '""');
  `,
];

export interface LookRow {
  /** Null for how far the log is judged. */
  name: string | null;
  position: number;
  previous: number;
  stream: string | null;
  record_id: string | null;
}

export interface SetAsideRow {
  position: number;
  stream: string;
  fact_id: string;
  taken: 'id' | 'key';
  key: string;
  stands_as: string;
}

export function toSetAside({ position, stream, fact_id, taken, key, stands_as }: SetAsideRow): SetAside {
  return {
    position,
    factId: fromText(fact_id),
    customerId: customerIdOf(fromText(stream)),
    on: taken,
    key: fromText(key),
    standsAs: fromText(stands_as),
  };
}

export function toText(text: string): string {
  return JSON.stringify(text);
}

export function fromText(json: string): string {
  return JSON.parse(json) as string;
}

/** The columns of `set_aside`. */
export function columnsOf(asides: readonly Aside[]): unknown[] {
  return [
    asides.map(({ position }) => position),
    asides.map(({ before }) => before),
    asides.map(({ stream }) => toText(stream)),
    asides.map(({ factId }) => toText(factId)),
    asides.map(({ taken }) => taken?.on ?? null),
    asides.map(({ taken }) => taken && toText(taken.key)),
    asides.map(({ taken }) => taken && toText(taken.standsAs)),
  ];
}
