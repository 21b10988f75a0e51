import { encodeSnapshot, snapshotOf } from '@perennial/analytics';
import type { MemberState, ProgramHistory } from '@perennial/membership';
import type { ActivityRow } from '@perennial/read-store';

/** A state as metrics see it, and for how long it is so. */
export function activityOf(m: MemberState, programs: ProgramHistory): ActivityRow {
  // From the latest to the next; when a version takes effect is not the member's own affair.
  const next = m.timers.at(-1);
  return {
    customerId: m.customerId,
    now: m.now,
    due: next ? next[0] : null,
    version: m.version,
    snapshot: encodeSnapshot(snapshotOf(m, programs)),
  };
}
