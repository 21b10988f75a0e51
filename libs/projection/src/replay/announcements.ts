import {
  CHANGE_FACET,
  type Change,
  type ChangeSink,
  type Fact,
  facetsOf,
  type Facet,
  type MemberState,
  type ProgramHistory,
} from '@perennial/membership';

/** A change as the feed has it: its id is where in the log it came about, for whom, and which of those it is. */
export interface AnnouncedChange {
  position: number;
  ordinal: number;
  change: Change;
}

/** Collects changes and numbers those of one customer at one position of the log. */
export class Announcements {
  readonly changes: AnnouncedChange[] = [];
  private readonly counts = new Map<string, number>();

  /** A sink for what comes about at a position. */
  at(position: number): ChangeSink {
    return (change) => this.add(position, change);
  }

  add(position: number, change: Change): void {
    const key = `${position} ${change.customerId}`;
    const ordinal = this.counts.get(key) ?? 0;
    this.counts.set(key, ordinal + 1);
    this.changes.push({ position, ordinal, change });
  }
}

/** What a late fact made different of a member: every facet that differs, as a correction (SPEC §3, §10). */
export function corrections(
  customerId: string,
  before: MemberState | null,
  after: MemberState | null,
  fact: Pick<Fact, 'id' | 'occurredAt'>,
  programs: ProgramHistory,
): Change[] {
  const old = before ? facetsOf(before, programs) : new Map<string, Facet>();
  const now = after ? facetsOf(after, programs) : new Map<string, Facet>();
  const version = programs.versions[(after ?? before)!.version].version;
  const changes: Change[] = [];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const was = old.get(key);
    const is = now.get(key);
    if (JSON.stringify(was?.value) === JSON.stringify(is?.value)) continue;
    const { kind, subject } = (is ?? was)!;
    changes.push({
      type: 'correction',
      customerId,
      at: fact.occurredAt,
      cause: { fact: fact.id },
      programVersion: version,
      subject: kind === 'purchase' || kind === 'task' ? subject : customerId,
      before: was?.value ?? null,
      after: is?.value ?? null,
      details: { facet: kind },
    });
  }
  return changes;
}

/**
 * What happened by the one fold and not by the other, of the things that leave no trace in a member's state: bad
 * reviews, abandoned carts, periods about to end.
 */
export function eventCorrections(
  before: readonly Change[],
  after: readonly Change[],
  fact: Pick<Fact, 'id' | 'occurredAt'>,
): Change[] {
  const was = eventsByKey(before);
  const is = eventsByKey(after);
  const correction = (event: Change, retracted: boolean): Change => ({
    ...event,
    type: 'correction',
    at: fact.occurredAt,
    cause: { fact: fact.id },
    details: { ...event.details, of: event.type, effectiveAt: event.at, retracted },
  });
  return [
    ...[...was].filter(([key]) => !is.has(key)).map(([, event]) => correction(event, true)),
    ...[...is].filter(([key]) => !was.has(key)).map(([, event]) => correction(event, false)),
  ];
}

/** Whether a change leaves no trace in the member's state. */
export function isEvent(change: Change): boolean {
  return CHANGE_FACET[change.type] === undefined;
}

function eventsByKey(events: readonly Change[]): Map<string, Change> {
  return new Map(events.map((event) => [JSON.stringify([event.type, event.subject, event.at]), event]));
}
