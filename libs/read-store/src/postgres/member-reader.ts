import { textArray } from '@perennial/postgres';
import { sql } from 'kysely';
import type { MemberRow } from '../port.js';
import { MEMBER_COLUMNS, type MemberRecord, toMemberRow } from '../queries/member-columns.js';
import type { CompiledQueries } from './compiled-queries.js';
import { storable } from './text.js';

/** The reads that projecting and answering hang on. */
export class MemberReader {
  readonly #member: string;
  readonly #members: string;
  readonly #due: string;
  readonly #nextDue: string;
  readonly #linksMark: string;

  constructor(private readonly queries: CompiledQueries) {
    const all = queries.sql
      .selectFrom('members as m')
      .innerJoin('member_states as s', 's.customer_id', 'm.customer_id')
      .select(MEMBER_COLUMNS);
    this.#member = all.where('m.customer_id', '=', '').compile().sql;
    this.#members = all.where(sql<boolean>`m.customer_id = any (${''}::text[])`).compile().sql;
    const members = queries.table('members');
    const checkpoints = queries.table('checkpoints');
    const ofPartitions = `${checkpoints} AS p CROSS JOIN LATERAL`;
    this.#due = `SELECT due.customer_id AS id FROM ${ofPartitions} (
        SELECT m.next_due, m.customer_id FROM ${members} AS m
        WHERE m.partition = p.partition AND m.next_due IS NOT NULL AND m.next_due <= $1
        ORDER BY m.next_due, m.customer_id LIMIT $2
      ) AS due
      WHERE $3::integer[] IS NULL OR p.partition = ANY ($3::integer[])
      ORDER BY due.next_due, due.customer_id LIMIT $2`;
    this.#nextDue = `SELECT min(due.next_due) AS "nextDue" FROM ${ofPartitions} (
        SELECT m.next_due FROM ${members} AS m
        WHERE m.partition = p.partition AND m.next_due IS NOT NULL ORDER BY m.next_due LIMIT 1
      ) AS due`;
    this.#linksMark = `SELECT coalesce(max(position), 0) AS mark FROM ${queries.table('links')}
      WHERE position <= (SELECT min(position) FROM ${checkpoints})`;
  }

  async member(customerId: string): Promise<MemberRow | null> {
    const [record] = await this.queries.rows<MemberRecord>(this.#member, [customerId]);
    return record ? toMemberRow(record) : null;
  }

  async members(customerIds: readonly string[]): Promise<Map<string, MemberRow>> {
    if (customerIds.length === 0) return new Map();
    const records = await this.queries.rows<MemberRecord>(this.#members, [textArray(customerIds.map(storable))]);
    return new Map(records.map((record) => [record.customerId, toMemberRow(record)]));
  }

  async due(t: number, limit: number, partitions?: readonly number[]): Promise<string[]> {
    const rows = await this.queries.rows<{ id: string }>(this.#due, [t, limit, partitions ?? null]);
    return rows.map(({ id }) => id);
  }

  async nextDue(): Promise<number | null> {
    return (await this.queries.rows<{ nextDue: number | null }>(this.#nextDue))[0].nextDue;
  }

  async linksMark(): Promise<number> {
    return (await this.queries.rows<{ mark: number }>(this.#linksMark))[0].mark;
  }
}
