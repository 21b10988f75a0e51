import type { EventLog, LogRecord } from '@perennial/event-log';
import {
  advanceTo,
  type Change,
  compareFacts,
  type Fact,
  foldFacts,
  foldOn,
  isLate,
  isStale,
  type Link,
  type MemberState,
  nextDue,
  type ProgramHistory,
} from '@perennial/membership';
import { asFact, isFact, readCustomer } from '../customer-facts.js';
import type { IdentityMap } from '../identity-map.js';
import { Announcements, corrections, eventCorrections, isEvent } from './announcements.js';
import type { Ticks } from './ticks.js';

/** A member while records are replayed. */
export interface LiveMember {
  state: MemberState;
  /** Position of the last fact in the state. */
  position: number;
}

export interface ReplayContext {
  log: EventLog;
  programs: ProgramHistory;
  ticks: Ticks;
  /** The records are all there is of these customers: nothing of theirs lies before. */
  complete: boolean;
  /** Members whose state cannot be folded on: they were parked. */
  again: ReadonlySet<string>;
  /** Whether a member is to be kept up here; those of other partitions are left to who projects these. */
  isOwn: (customerId: string) => boolean;
}

/** The log could not be read, which is no fault of the customer whose facts were asked for. */
export class UnreadHistoryError extends Error {
  constructor(override readonly cause: unknown) {
    super('The facts of a customer could not be read');
  }
}

/**
 * Replays the records of customers who are linked to each other (mostly one customer), in log order, as if each record
 * had been projected by itself: how records are batched never shows, neither in states nor in announcements.
 *
 * Imported history is silent. Records of one import that follow each other are folded at once.
 */
export class ComponentReplay {
  readonly announcements = new Announcements();
  /** Ids that are aliases now and were members before. */
  readonly merged = new Set<string>();
  private readonly seen: LogRecord[] = [];
  /** Of members that were folded again: all their facts up to here, so that many late ones read the log once. */
  private readonly histories = new Map<string, LogRecord[]>();
  /** Of members that were just folded again: what happened to them and leaves no trace in the state. */
  private readonly events = new Map<string, Change[]>();
  private silent: LogRecord[] = [];

  /**
   * @param identities of these customers alone, as before the records; changed here.
   * @param members by customerId, as before the records; changed here.
   */
  constructor(
    private readonly cx: ReplayContext,
    private readonly identities: IdentityMap,
    readonly members: Map<string, LiveMember>,
  ) {}

  /** Replays records in log order, then lets time pass up to `end`. @throws UnreadHistoryError; whatever a fold throws. */
  async run(records: readonly LogRecord[], end: number): Promise<void> {
    for (const record of records) {
      if (this.silent.length > 0 && !this.continuesSilence(record)) await this.foldSilent();
      if (this.silent.length === 0) this.passTime(record.position);
      this.remember(record);
      if (!record.announce) this.silent.push(record);
      else if (record.type === 'IdentityLinked') await this.link(record);
      else await this.take(record);
    }
    if (this.silent.length > 0) await this.foldSilent();
    this.passTime(end);
  }

  private remember(record: LogRecord): void {
    this.seen.push(record);
    if (record.type !== 'IdentityLinked') this.histories.get(this.identities.resolve(record.customerId!))?.push(record);
  }

  /** Takes links in; from then on others may be who. */
  private addLinks(links: readonly Link[]): Set<string> {
    const moved = this.identities.add(links);
    if (links.length > 0) {
      this.histories.clear();
      this.events.clear();
    }
    return moved;
  }

  /** Of the same import, and no time passed between: whatever fell due between them would have to be announced. */
  private continuesSilence(record: LogRecord): boolean {
    const first = this.silent[0];
    if (record.announce || record.recordedAt !== first.recordedAt) return false;
    return this.cx.ticks.clockAt(record.position) === this.cx.ticks.clockAt(first.position);
  }

  /** Fires what the ticks up to a position find due, announced at the tick. */
  private passTime(position: number): void {
    const { ticks, programs } = this.cx;
    for (const { state } of this.members.values()) {
      for (;;) {
        const due = nextDue(state, programs);
        const tick = due === Infinity ? null : ticks.tickFor(due, position);
        if (!tick) break;
        this.events.delete(state.customerId);
        advanceTo(state, tick.at, programs, this.announcements.at(tick.position));
      }
    }
  }

  /** One fact that is announced. */
  private async take(record: LogRecord): Promise<void> {
    const { programs, ticks } = this.cx;
    const customerId = this.identities.resolve(record.customerId!);
    if (!this.cx.isOwn(customerId)) return;
    const fact = asFact(record);
    const clock = ticks.clockAt(record.position);
    const live = this.members.get(customerId);
    const sink = this.announcements.at(record.position);
    if (this.mustRefold(customerId) || (live && (isStale(live.state, programs) || isLate(live.state, fact)))) {
      return this.takeLate(customerId, record);
    }
    this.events.delete(customerId);
    const state = foldOn(live?.state ?? null, customerId, fact, programs, sink);
    advanceTo(state, clock, programs, sink);
    this.members.set(customerId, { state, position: record.position });
  }

  /** A link that is announced: whose customer somebody is may change, for them and for others. */
  private async link(record: LogRecord): Promise<void> {
    const moved = this.addLinks([linkOf(record)]);
    if (isFact(record, this.identities)) moved.add(record.customerId!);
    await this.refold([...this.ownCustomersOf(moved)], record);
  }

  private ownCustomersOf(ids: Iterable<string>): Set<string> {
    const customers = new Set([...ids].map((id) => this.identities.resolve(id)));
    return new Set([...customers].filter(this.cx.isOwn));
  }

  /** Folds members again and announces what that made different, with the fact that came late as the cause. */
  private async refold(customerIds: readonly string[], cause: LogRecord): Promise<void> {
    const { programs, ticks } = this.cx;
    for (const customerId of customerIds) {
      const before = this.members.get(customerId)?.state ?? null;
      const after = await this.foldAll(customerId, cause.position, ticks.clockAt(cause.position), true);
      if (!before && !after) continue;
      const made = corrections(customerId, before, after?.state ?? null, asFact(cause), programs);
      for (const change of made) this.announcements.add(cause.position, change);
      this.replace(customerId, after);
    }
    this.dropAliases(cause);
  }

  /** A late fact: the member is folded again, and what that made different is announced, events included. */
  private async takeLate(customerId: string, record: LogRecord): Promise<void> {
    const before = this.events.get(customerId) ?? (await this.eventsWithout(customerId, record));
    await this.refold([customerId], record);
    for (const change of eventCorrections(before, this.events.get(customerId) ?? [], asFact(record))) {
      this.announcements.add(record.position, change);
    }
  }

  /** What had happened before a fact came late. */
  private async eventsWithout(customerId: string, record: LogRecord): Promise<Change[]> {
    const records = await this.recordsOf(customerId, record.position);
    const facts = records.filter((other) => other.id !== record.id).map(asFact);
    return this.fold(customerId, facts, this.cx.ticks.clockAt(record.position), true).events;
  }

  /** Who turned out to be an alias is no member any more; a subscriber drops their mirror. */
  private dropAliases(cause: LogRecord): void {
    for (const id of [...this.members.keys()].filter((member) => this.identities.isAlias(member))) {
      const { state } = this.members.get(id)!;
      this.members.delete(id);
      this.merged.add(id);
      if (!cause.announce) continue;
      const change: Change = {
        type: 'member-merged',
        customerId: id,
        at: cause.occurredAt,
        cause: { fact: cause.id },
        programVersion: this.cx.programs.versions[state.version].version,
        subject: id,
        before: null,
        after: { customerId: this.identities.resolve(id) },
      };
      this.announcements.add(cause.position, change);
    }
  }

  /** Folds the history that was collected, and lets time pass up to its import, without a word. */
  private async foldSilent(): Promise<void> {
    const records = this.silent;
    this.silent = [];
    const last = records[records.length - 1];
    const clock = this.cx.ticks.clockAt(last.position);
    const moved = this.addLinks(records.filter((record) => record.type === 'IdentityLinked').map(linkOf));
    const refolded = this.ownCustomersOf(moved);
    for (const customerId of refolded) this.replace(customerId, await this.foldAll(customerId, last.position, clock));
    const fresh = records.filter((record) => isFact(record, this.identities));
    for (const [customerId, group] of groupBy(fresh, (record) => this.identities.resolve(record.customerId!))) {
      if (!refolded.has(customerId) && this.cx.isOwn(customerId)) await this.foldGroup(customerId, group, clock);
    }
    this.dropAliases(last);
  }

  private async foldGroup(customerId: string, records: readonly LogRecord[], clock: number): Promise<void> {
    const { programs } = this.cx;
    const position = records[records.length - 1].position;
    const facts = records.map(asFact);
    this.events.delete(customerId);
    const state = this.mustRefold(customerId) ? null : this.foldFresh(customerId, facts);
    if (state) {
      advanceTo(state, clock, programs);
      this.members.set(customerId, { state, position });
    } else this.replace(customerId, await this.foldAll(customerId, position, clock));
  }

  /** Facts on top of what is there, in fact order; null when one of them is late. */
  private foldFresh(customerId: string, facts: Fact[]): MemberState | null {
    const { programs } = this.cx;
    const live = this.members.get(customerId);
    if (!live) return foldFacts(customerId, facts, Infinity, programs);
    if (isStale(live.state, programs)) return null;
    for (const fact of facts.sort(compareFacts)) {
      if (isLate(live.state, fact)) return null;
      foldOn(live.state, customerId, fact, programs);
    }
    return live.state;
  }

  /** Nothing to fold on: the member is new here and may have facts before these records, or was parked. */
  private mustRefold(customerId: string): boolean {
    return (
      this.cx.again.has(customerId) || (!this.members.has(customerId) && this.identities.idsOf(customerId).length > 1)
    );
  }

  private replace(customerId: string, member: LiveMember | null): void {
    if (member) this.members.set(customerId, member);
    else this.members.delete(customerId);
  }

  /** A member folded from all their facts up to a position; null = there are none. */
  private async foldAll(
    customerId: string,
    position: number,
    clock: number,
    withEvents = false,
  ): Promise<LiveMember | null> {
    const records = await this.recordsOf(customerId, position);
    if (records.length === 0) return null;
    const { state, events } = this.fold(customerId, records.map(asFact), clock, withEvents);
    if (withEvents) this.events.set(customerId, events);
    else this.events.delete(customerId);
    return { state: state!, position: records[records.length - 1].position };
  }

  private fold(customerId: string, facts: readonly Fact[], clock: number, withEvents: boolean) {
    const { programs } = this.cx;
    const events: Change[] = [];
    const sink = withEvents ? (change: Change) => isEvent(change) && events.push(change) : null;
    const state = foldFacts(customerId, facts, Infinity, programs, sink);
    if (state) advanceTo(state, clock, programs, sink);
    return { state, events };
  }

  /** All facts of a member up to a position. */
  private async recordsOf(customerId: string, position: number): Promise<LogRecord[]> {
    let history = this.histories.get(customerId);
    if (!history) {
      history = this.cx.complete
        ? this.seen.filter((r) => isFact(r, this.identities) && this.identities.resolve(r.customerId!) === customerId)
        : await this.read(customerId, position);
      this.histories.set(customerId, history);
    }
    return history;
  }

  private async read(customerId: string, position: number): Promise<LogRecord[]> {
    try {
      return await readCustomer(this.cx.log, this.identities, customerId, position);
    } catch (error) {
      throw new UnreadHistoryError(error);
    }
  }
}

export function linkOf(record: LogRecord): Link {
  const { aliasId } = record.data as { aliasId: string };
  return { factId: record.id, aliasId, customerId: record.customerId!, occurredAt: record.occurredAt };
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
