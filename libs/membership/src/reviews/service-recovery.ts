import type { FactDataByType } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { openTask } from '../reactivation/tasks.js';

const HOUR_MS = 3_600_000;

/** A bad review asks for an answer at once: a task that never expires (SPEC §7, ruling 36). */
export function recoverService(m: MemberState, cx: FoldContext, data: FactDataByType['ReviewSubmitted']): void {
  const { badRatingAtMost, respondWithinHours } = cx.program(m).reviews;
  if (data.rating > badRatingAtMost) return;
  const erased = m.erasedAt !== null;
  cx.announce(m, 'bad-review', data.reviewId, null, { rating: data.rating });
  openTask(m, cx, {
    id: `${data.reviewId}/service-recovery`,
    kind: 'service-recovery',
    step: null,
    about: data.reviewId,
    state: erased ? 'suppressed' : 'open',
    reason: erased ? 'erased' : null,
    dueAt: m.now + respondWithinHours * HOUR_MS,
    openUntil: null,
    attributionDays: 0,
  });
}
