import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { feedEnd } from '@perennial/delivery';
import { advanceTo, decodeState, type Member, viewMember } from '@perennial/membership';
import { MemberReader, ProgramCatalogue, type Stores, type TimelineEntry } from '@perennial/projection';
import { InvalidCursorError, type MemberQuery, type Page, type ReadStore } from '@perennial/read-store';
import { invalidField, Problem } from '../problems/problem.js';
import { STORES } from '../stores/tokens.js';

/** One member as of an instant, UTC ms. */
export class ReadMember extends Query<Member> {
  constructor(
    readonly id: string,
    readonly asOf: number,
  ) {
    super();
  }
}

@QueryHandler(ReadMember)
export class ReadMemberHandler implements IQueryHandler<ReadMember> {
  constructor(private readonly reader: MemberReader) {}

  async execute({ id, asOf }: ReadMember): Promise<Member> {
    const member = await this.reader.member(id, asOf);
    if (!member) throw unknownMember(id);
    return member;
  }
}

/** A page, and the cursor of the feed of changes that goes on from it: whatever is newer than the page comes after it. */
export interface MemberPage extends Page<Member> {
  cursor: string;
}

/** A page of members as of now, in the order asked for, or as of another instant, in order of customerId. */
export class ListMembers extends Query<MemberPage> {
  constructor(
    readonly query: MemberQuery,
    readonly now: number,
    /** UTC ms; null = now. */
    readonly asOf: number | null,
  ) {
    super();
  }
}

@QueryHandler(ListMembers)
export class ListMembersHandler implements IQueryHandler<ListMembers> {
  constructor(
    @Inject(STORES) private readonly stores: Stores,
    private readonly catalogue: ProgramCatalogue,
    private readonly reader: MemberReader,
  ) {}

  async execute({ query, now, asOf }: ListMembers): Promise<MemberPage> {
    const store = await this.stores.stores.current();
    try {
      const cursor = await feedEnd(store);
      const page = asOf === null ? await this.listNow(store, query, now) : await this.listAsOf(store, query, asOf);
      return { ...page, cursor };
    } catch (error) {
      if (error instanceof InvalidCursorError) throw invalidField('cursor', 'must be a nextCursor of this list');
      throw error;
    }
  }

  private async listNow(store: ReadStore, query: MemberQuery, now: number): Promise<Page<Member>> {
    const programs = await this.catalogue.history();
    const { items, nextCursor } = await store.listMembers(query);
    const members = items.map((row) => {
      const state = decodeState(row.state);
      const at = Math.max(now, state.now);
      advanceTo(state, at, programs!);
      return viewMember(state, at, programs!);
    });
    return { items: members, nextCursor };
  }

  /** Who matched then is known only once they are folded up to then: one stretch of all members at a time. */
  private async listAsOf(store: ReadStore, query: MemberQuery, asOf: number): Promise<Page<Member>> {
    const { tier, stage, sort = 'customerId', ...place } = query;
    if (sort !== 'customerId') throw invalidField('sort', 'must be customerId, or left out, together with asOf');
    const { items, nextCursor } = await store.listMembers(place);
    const members: Member[] = [];
    for (const { customerId } of items) {
      const member = await this.reader.member(customerId, asOf);
      if (!member || (tier !== undefined && member.tier?.effective !== tier)) continue;
      if (stage === undefined || member.stage === stage) members.push(member);
    }
    return { items: members, nextCursor };
  }
}

/** What happened to a member up to an instant, UTC ms, and what each changed. */
export class ReadTimeline extends Query<TimelineEntry[]> {
  constructor(
    readonly id: string,
    readonly until: number,
  ) {
    super();
  }
}

@QueryHandler(ReadTimeline)
export class ReadTimelineHandler implements IQueryHandler<ReadTimeline> {
  constructor(private readonly reader: MemberReader) {}

  async execute({ id, until }: ReadTimeline): Promise<TimelineEntry[]> {
    const entries = await this.reader.timeline(id, until);
    if (entries.length === 0) throw unknownMember(id);
    return entries;
  }
}

function unknownMember(id: string): Problem {
  return new Problem('unknown-member', `No fact of customer ${id} is known up to then`);
}
