import { customerStream, type EventLog, type LogRecord } from '@perennial/event-log';
import {
  advanceTo,
  type Cause,
  type Change,
  compareFacts,
  decodeState,
  divideData,
  type Fact,
  type FactJson,
  factToJson,
  foldFacts,
  foldOn,
  iso,
  isLate,
  isStale,
  type Member,
  type MemberState,
  type ProgramHistory,
  viewMember,
} from '@perennial/membership';
import type { MemberRow, ReadStores } from '@perennial/read-store';
import { asFact, readCustomer } from './customer-facts.js';
import { allCustomers } from './fold-all.js';
import { IdentityMap } from './identity-map.js';
import type { ProgramCatalogue } from './program-catalogue.js';

/** What a command is decided against: everything that the log holds of a customer, and where to append. */
export interface MemberHead {
  /** The surviving customer, whichever alias was asked for. */
  customerId: string;
  stream: string;
  /** Expected revision of the stream. */
  revision: number;
  /** Null when there is no fact of theirs yet. */
  state: MemberState | null;
  programs: ProgramHistory;
}

/** One thing that happened to a member, and what it changed. */
export interface TimelineEntry {
  at: string;
  cause: { fact: FactJson } | { timer: string; id: string };
  changes: Change[];
}

/** Members as of any instant: from the read store and the tail of the log, so never behind it, or folded from facts. */
export class MemberReader {
  private identities = { mark: -1, generation: -1, map: new IdentityMap() };

  constructor(
    private readonly log: EventLog,
    private readonly stores: ReadStores,
    private readonly catalogue: ProgramCatalogue,
  ) {}

  /** The customer that an id stands for. */
  async resolve(id: string): Promise<string> {
    return (await this.identityMap()).resolve(id);
  }

  /** The links known so far. */
  async identityMap(): Promise<IdentityMap> {
    const store = await this.stores.current();
    const mark = await store.linksMark();
    if (mark !== this.identities.mark || store.generation !== this.identities.generation) {
      this.identities = { mark, generation: store.generation, map: new IdentityMap(await store.links()) };
    }
    return this.identities.map;
  }

  /** The member (Appendix B) as of an instant in UTC ms, past, now or ahead; null = no fact up to then. */
  async member(id: string, asOf: number): Promise<Member | null> {
    const programs = await this.catalogue.history();
    const state = programs && (await this.stateAt(id, asOf, programs));
    return state && viewMember(state, asOf, programs);
  }

  /** The state of the customer that an id stands for, as of an instant in UTC ms; null = no fact up to then. */
  async stateAt(id: string, asOf: number, programs: ProgramHistory): Promise<MemberState | null> {
    const identities = await this.identityMap();
    const customerId = identities.resolve(id);
    const state = await this.newest(identities, customerId, programs);
    if (state && state.now <= asOf) {
      advanceTo(state, asOf, programs);
      return state;
    }
    const records = await readCustomer(this.log, identities, customerId, Infinity);
    return foldFacts(customerId, records.map(asFact), asOf, programs);
  }

  /** The member's state with everything that is in the log, advanced to `now`, to decide a command against. */
  async head(id: string, now: number): Promise<MemberHead> {
    const programs = await this.catalogue.ensure(now);
    const identities = await this.identityMap();
    const customerId = identities.resolve(id);
    const stream = customerStream(customerId);
    // The revision first: what is appended after it makes the append fail, and the command is decided again.
    const revision = await this.log.streamRevision(stream);
    const state = await this.newest(identities, customerId, programs);
    if (state) advanceTo(state, now, programs);
    return { customerId, stream, revision, state, programs };
  }

  /** Every customer as of an instant, in order of customerId: folds the whole log. */
  async *members(asOf: number): AsyncGenerator<Member> {
    const programs = await this.catalogue.history();
    if (!programs) return;
    for await (const { customerId, facts } of allCustomers(this.log, Infinity)) {
      const m = foldFacts(customerId, facts, asOf, programs);
      if (m) yield viewMember(m, asOf, programs);
    }
  }

  /**
   * Facts and timers up to an instant in the order in which they took effect, each with the changes it made; without
   * personal data.
   */
  async timeline(id: string, until: number): Promise<TimelineEntry[]> {
    const programs = await this.catalogue.history();
    if (!programs) return [];
    const identities = await this.identityMap();
    const customerId = identities.resolve(id);
    const facts = (await readCustomer(this.log, identities, customerId, Infinity)).map(asFact);
    const changes: Change[] = [];
    foldFacts(customerId, facts, until, programs, (change) => changes.push(change));
    return timelineOf(
      facts
        .filter((fact) => fact.occurredAt <= until)
        .sort(compareFacts)
        .map(withoutPersonalData)
        .map(factToJson),
      changes,
    );
  }

  /** The state as the read store has it, with the rest of the log folded on; null = no facts. */
  private async newest(
    identities: IdentityMap,
    customerId: string,
    programs: ProgramHistory,
  ): Promise<MemberState | null> {
    const row = await (await this.stores.current()).member(customerId);
    const tail = await readCustomer(this.log, identities, customerId, Infinity, row?.position ?? 0);
    const m = row && this.foldTail(row, tail, programs);
    if (m) return m;
    const all = row ? await readCustomer(this.log, identities, customerId, Infinity) : tail;
    return all.length > 0 ? foldFacts(customerId, all.map(asFact), Infinity, programs) : null;
  }

  private foldTail(row: MemberRow, tail: readonly LogRecord[], programs: ProgramHistory): MemberState | null {
    const m = decodeState(row.state);
    if (isStale(m, programs)) return null;
    for (const fact of tail.map(asFact).sort(compareFacts)) {
      if (isLate(m, fact)) return null;
      foldOn(m, m.customerId, fact, programs);
    }
    return m;
  }
}

function withoutPersonalData(fact: Fact): Fact {
  return { ...fact, data: divideData(fact).rest } as unknown as Fact;
}

function timelineOf(facts: FactJson[], changes: Change[]): TimelineEntry[] {
  const entries: (TimelineEntry & { order: number })[] = [];
  const byFact = new Map<string, TimelineEntry>();
  for (const fact of facts) {
    const entry = { at: fact.occurredAt, cause: { fact }, changes: [], order: entries.length };
    byFact.set(fact.id, entry);
    entries.push(entry);
  }
  const byTimer = new Map<string, TimelineEntry>();
  for (const change of changes) {
    const entry = entryOf(change, byFact, byTimer);
    if (!entry) {
      const { timer, id } = change.cause as Extract<Cause, { timer: string }>;
      const created = { at: iso(change.at), cause: { timer, id }, changes: [change], order: -1 };
      byTimer.set(timerKey(change), created);
      entries.push(created);
    } else entry.changes.push(change);
  }
  // Timers of an instant fire before its facts.
  entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.order - b.order));
  return entries.map(({ at, cause, changes: made }) => ({ at, cause, changes: made }));
}

function entryOf(change: Change, byFact: Map<string, TimelineEntry>, byTimer: Map<string, TimelineEntry>) {
  return 'fact' in change.cause ? byFact.get(change.cause.fact) : byTimer.get(timerKey(change));
}

function timerKey(change: Change): string {
  return JSON.stringify([change.at, change.cause]);
}
