import type Database from 'better-sqlite3';
import type { ChangePlace, ChangeRow, LinkRow, MemberQuery, MemberRow, Page, ParkedRow } from '../port.js';
import { changesAfter } from '../queries/changes.js';
import { linksUpTo } from '../queries/links.js';
import { type MemberRecord, toMemberRow } from '../queries/member-columns.js';
import { memberPage, memberPageOf, pageSize } from '../queries/member-page.js';
import { memberCount, memberScan } from '../queries/member-scan.js';
import { allParked } from '../queries/parked.js';
import { type CompiledQueries, SQL } from './compiled-queries.js';

/** Lists and everything else that is read by the queries that all databases share. */
export class ListReader {
  readonly #page: Database.Transaction<(query: MemberQuery) => MemberRow[]>;

  constructor(
    db: Database.Database,
    private readonly queries: CompiledQueries,
  ) {
    // The queries of one page see one instant.
    this.#page = db.transaction((query: MemberQuery) => this.#readPage(query));
  }

  /** @throws RangeError, InvalidCursorError */
  listMembers(query: MemberQuery): Page<MemberRow> {
    return memberPageOf(this.#page(query), query);
  }

  scanMembers(after: string | null, limit: number): MemberRow[] {
    return this.queries.all(memberScan(SQL, after, limit)).map(toMemberRow);
  }

  countMembers(): number {
    return this.queries.all(memberCount(SQL))[0].members;
  }

  /** @param settled where the feed ends for now. @throws RangeError */
  changes(
    settled: number,
    query: { after: ChangePlace | null; types?: readonly string[]; limit: number },
  ): ChangeRow[] {
    return this.queries.all(changesAfter(SQL, settled, { ...query, limit: pageSize(query.limit) }));
  }

  links(upTo: number): LinkRow[] {
    return this.queries.all(linksUpTo(SQL, upTo));
  }

  parked(): ParkedRow[] {
    return this.queries.all(allParked(SQL));
  }

  /** One more than the page holds, if there is one more. */
  #readPage(query: MemberQuery): MemberRow[] {
    const wanted = pageSize(query.limit) + 1;
    const records: MemberRecord[] = [];
    for (const stretch of memberPage(SQL, query)) {
      if (records.length < wanted) records.push(...this.queries.all(stretch(wanted - records.length)));
    }
    return records.map(toMemberRow);
  }
}
