import type { Fact } from '../facts/fact.js';
import type { ProgramHistory } from '../program/history.js';
import type { Explanation } from './explanation.js';
import { explainPoints } from './points.js';
import { explainStage } from './stage.js';
import { explainTask } from './task.js';
import { explainTier } from './tier.js';

export type * from './explanation.js';
export type { ExplainCause } from './happenings.js';
export { explainPoints, explainStage, explainTask, explainTier };

export const EXPLAINABLE = ['points', 'tier', 'stage', 'task'] as const;
export type Explainable = (typeof EXPLAINABLE)[number];

/** What is to be explained; a task by its id. */
export type ExplainQuestion = { what: Exclude<Explainable, 'task'> } | { what: 'task'; task: string };

/**
 * Explains something of a customer as of an instant: the facts and rules that made it.
 * @param facts all of the customer's facts, as for `foldFacts`. @param asOf UTC ms.
 * @returns null when there is no fact up to `asOf`, or no such task.
 */
export function explain(
  question: ExplainQuestion,
  customerId: string,
  facts: readonly Fact[],
  asOf: number,
  programs: ProgramHistory,
): Explanation | null {
  switch (question.what) {
    case 'points':
      return explainPoints(customerId, facts, asOf, programs);
    case 'tier':
      return explainTier(customerId, facts, asOf, programs);
    case 'stage':
      return explainStage(customerId, facts, asOf, programs);
    case 'task':
      return explainTask(customerId, question.task, facts, asOf, programs);
  }
}
