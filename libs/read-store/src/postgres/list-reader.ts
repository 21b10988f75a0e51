import { sql } from 'kysely';
import type { ChangePlace, ChangeRow, LinkRow, MemberQuery, MemberRow, Page, ParkedRow } from '../port.js';
import { changesAfter } from '../queries/changes.js';
import { linksUpTo } from '../queries/links.js';
import { toMemberRow } from '../queries/member-columns.js';
import { memberPage, memberPageOf, pageSize } from '../queries/member-page.js';
import { memberCount, memberScan } from '../queries/member-scan.js';
import { allParked } from '../queries/parked.js';
import type { CompiledQueries } from './compiled-queries.js';
import { restored } from './text.js';

/** Lists and everything else that is read by the queries that all databases share. */
export class ListReader {
  constructor(private readonly queries: CompiledQueries) {}

  /** @throws RangeError, InvalidCursorError */
  async listMembers(query: MemberQuery): Promise<Page<MemberRow>> {
    const wanted = pageSize(query.limit) + 1;
    const stretches = memberPage(this.queries.sql, query).map((stretch) => stretch(wanted));
    const records = await this.queries.allAtOnce(stretches);
    return memberPageOf(records.slice(0, wanted).map(toMemberRow), query);
  }

  async scanMembers(after: string | null, limit: number): Promise<MemberRow[]> {
    return (await this.queries.all(memberScan(this.queries.sql, after, limit))).map(toMemberRow);
  }

  async countMembers(): Promise<number> {
    return (await this.queries.all(memberCount(this.queries.sql)))[0].members;
  }

  /** @throws RangeError */
  changes(query: { after: ChangePlace | null; types?: readonly string[]; limit: number }): Promise<ChangeRow[]> {
    const settled = sql<number>`(select min(settled) from ${sql.table(this.#checkpoints)})`;
    return this.queries.all(changesAfter(this.queries.sql, settled, { ...query, limit: pageSize(query.limit) }));
  }

  links(upTo?: number): Promise<LinkRow[]> {
    const position = sql<number>`(select min(position) from ${sql.table(this.#checkpoints)})`;
    return this.queries.all(linksUpTo(this.queries.sql, upTo ?? position));
  }

  async parked(): Promise<ParkedRow[]> {
    const rows = await this.queries.all(allParked(this.queries.sql));
    return rows.map((row) => ({ ...row, error: restored(row.error) }));
  }

  get #checkpoints(): string {
    return `${this.queries.schema}.checkpoints`;
  }
}
