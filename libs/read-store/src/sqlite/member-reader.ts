import type Database from 'better-sqlite3';
import type { MemberRow } from '../port.js';

type Numbers = [enrolled: number, available: number, pending: number, reserved: number, debt: number];
type RawMember = [
  string,
  number,
  string,
  number | null,
  ...Numbers,
  number,
  number,
  number | null,
  string | null,
  string,
];

/** The reads that projecting and answering hang on: prepared once, rows as bare arrays. */
export class MemberReader {
  readonly #member: Database.Statement<[string], RawMember>;
  readonly #due: Database.Statement<[number, number], string>;
  readonly #nextDue: Database.Statement<[], number | null>;
  readonly #linksMark: Database.Statement<[], number>;
  readonly #members: Database.Transaction<(customerIds: readonly string[]) => Map<string, MemberRow>>;

  constructor(db: Database.Database) {
    this.#member = db
      .prepare<[string], RawMember>(
        // Subqueries: a join of these two tables takes half as long again.
        `SELECT customer_id,
                (SELECT position FROM member_states AS s WHERE s.customer_id = m.customer_id),
                (SELECT state FROM member_states AS s WHERE s.customer_id = m.customer_id),
                next_due, enrolled, available, pending, reserved, debt, purchases, value, last_purchase_at, tier, stage
         FROM members AS m WHERE customer_id = ?`,
      )
      .raw();
    this.#due = db
      .prepare<[number, number], string>(
        `SELECT customer_id FROM members WHERE next_due IS NOT NULL AND next_due <= ?
         ORDER BY next_due, customer_id LIMIT ?`,
      )
      .pluck();
    this.#nextDue = db
      .prepare<[], number | null>('SELECT min(next_due) FROM members WHERE next_due IS NOT NULL')
      .pluck();
    this.#linksMark = db.prepare<[], number>('SELECT coalesce(max(ordinal), 0) FROM links').pluck();
    // One look at the file for all of them: every row is of the same instant.
    this.#members = db.transaction((customerIds: readonly string[]) => {
      const found = new Map<string, MemberRow>();
      for (const customerId of customerIds) {
        const row = this.member(customerId);
        if (row) found.set(customerId, row);
      }
      return found;
    });
  }

  member(customerId: string): MemberRow | null {
    const raw = this.#member.get(customerId);
    return raw ? toMemberRow(raw) : null;
  }

  members(customerIds: readonly string[]): Map<string, MemberRow> {
    return this.#members(customerIds);
  }

  due(t: number, limit: number): string[] {
    return this.#due.all(t, limit);
  }

  nextDue(): number | null {
    return this.#nextDue.get()!;
  }

  linksMark(): number {
    return this.#linksMark.get()!;
  }
}

function toMemberRow(raw: RawMember): MemberRow {
  const [customerId, position, state, nextDue, enrolled, available, pending, reserved, debt, ...rest] = raw;
  const [purchases, value, lastPurchaseAt, tier, stage] = rest;
  return {
    customerId,
    state,
    position,
    nextDue,
    enrolled: enrolled === 1,
    tier,
    stage,
    available,
    pending,
    reserved,
    debt,
    purchases,
    value,
    lastPurchaseAt,
  };
}
