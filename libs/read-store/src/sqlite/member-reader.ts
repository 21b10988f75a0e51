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
  readonly #dueOf: Database.Statement<[number, string, number], string>;
  readonly #nextDue: Database.Statement<[], number | null>;
  readonly #linksMark: Database.Statement<[number], number>;
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
    this.#dueOf = db
      .prepare<[number, string, number], string>(
        `SELECT customer_id FROM members WHERE next_due IS NOT NULL AND next_due <= ?
         AND partition IN (SELECT value FROM json_each(?)) ORDER BY next_due, customer_id LIMIT ?`,
      )
      .pluck();
    this.#nextDue = db
      .prepare<[], number | null>('SELECT min(next_due) FROM members WHERE next_due IS NOT NULL')
      .pluck();
    this.#linksMark = db
      .prepare<[number], number>('SELECT coalesce(max(position), 0) FROM links WHERE position <= ?')
      .pluck();
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

  due(t: number, limit: number, partitions?: readonly number[]): string[] {
    return partitions ? this.#dueOf.all(t, JSON.stringify(partitions), limit) : this.#due.all(t, limit);
  }

  nextDue(): number | null {
    return this.#nextDue.get()!;
  }

  /** @param upTo position in the log. */
  linksMark(upTo: number): number {
    return this.#linksMark.get(upTo)!;
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
