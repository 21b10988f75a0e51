import { churnBandOf } from '../churn/assessment.js';
import { purchaseView } from '../orders/orders.js';
import { balance } from '../points/lots.js';
import type { ProgramHistory } from '../program/history.js';
import { taskView } from '../reactivation/tasks.js';
import { tierView } from '../tiers/tiers.js';
import { CHANGE_FACET, type ChangeType, type FacetKind } from './changes.js';
import { FoldContext } from './context.js';
import type { MemberState } from './state.js';

/** One part of a member that changes tell about; `value` is what such a change's `after` holds, null = there is none. */
export interface Facet {
  kind: FacetKind;
  /** The order or task; the customer for what a member has once. */
  subject: string;
  value: unknown;
}

/** Names a facet within its customer. */
export function facetKey(kind: FacetKind, subject: string): string {
  return kind === 'purchase' || kind === 'task' ? `${kind}/${subject}` : kind;
}

/**
 * All of a member that changes announce: who applied every change in order holds exactly this (SPEC §10). What moves by
 * itself as time passes, growth above all, is not among it.
 */
export function facetsOf(m: MemberState, programs: ProgramHistory): Map<string, Facet> {
  const cx = new FoldContext(programs);
  const facets = new Map<string, Facet>();
  const put = (kind: FacetKind, subject: string, value: unknown) =>
    value !== null && facets.set(facetKey(kind, subject), { kind, subject, value });
  put('tier', m.customerId, tierView(m, cx));
  put('grant', m.customerId, m.grant);
  put('points', m.customerId, isUntouched(m.points) ? null : balance(m.points));
  put('stage', m.customerId, m.stage.current);
  put('churn', m.customerId, churnBandOf(m, cx));
  put('erased', m.customerId, m.erasedAt === null ? null : true);
  for (const id of m.purchases) put('purchase', id, purchaseView(m.orders.get(id)!));
  for (const task of m.tasks.values()) put('task', task.id, taskView(task));
  return facets;
}

/** No point ever moved; a redemption of nothing is announced too and leaves nothing. */
function isUntouched({ available, pending, reserved, debt, totals }: ReturnType<typeof balance>): boolean {
  return available + pending + reserved + debt === 0 && Object.values(totals).every((total) => total === 0);
}

/** Applies a change to a mirror of one customer, values by `facetKey`: what a subscriber does with the feed. */
export function applyToMirror(
  mirror: Map<string, unknown>,
  change: { type: ChangeType; subject: string; after: unknown; details?: Record<string, unknown> },
): void {
  const kind =
    change.type === 'correction' ? (change.details?.facet as FacetKind | undefined) : CHANGE_FACET[change.type];
  if (!kind) return;
  const key = facetKey(kind, change.subject);
  const gone = change.after === null || (kind === 'points' && isUntouched(change.after as ReturnType<typeof balance>));
  if (gone) mirror.delete(key);
  else mirror.set(key, change.after);
}
