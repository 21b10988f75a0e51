import type { FactResult } from '@perennial/ingest';
import { invalidRequest, Problem } from '../problems/problem.js';

/** Recorded now, or before. */
export function isTaken(result: FactResult): boolean {
  return result.status === 'accepted' || result.status === 'duplicate';
}

/** The problem that a refused fact is, when it was sent alone; null for one that was taken. */
export function failureOf(result: FactResult): Problem | null {
  switch (result.status) {
    case 'invalid':
      return invalidRequest(result.errors);
    case 'conflict':
      return new Problem('fact-conflict', result.message);
    default:
      return null;
  }
}

/** One entry of `results`. A refused fact bears the members of its problem beside its status word. */
export function viewResult(result: FactResult): object {
  const failure = failureOf(result);
  if (!failure) return result;
  const { type, detail, errors } = failure.toJSON();
  const conflict = result.status === 'conflict' ? { on: result.on, existingId: result.existingId } : {};
  return { id: result.id, status: result.status, type, detail, ...(errors && { errors }), ...conflict };
}
