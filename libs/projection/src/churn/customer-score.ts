import { type BuyerHistory, type Score, type Scorer, summarise } from '@perennial/analytics';
import { type ChurnBand, churnBand, type Program } from '@perennial/membership';
import type { Buyer } from './buyers.js';

/** A buyer's score at the end of a day, and what it was made of. */
export interface CustomerScore extends Score {
  history: BuyerHistory;
  band: ChurnBand;
}

/** @returns null for who had not bought by then: nothing is known of how they buy. */
export function scoreCustomer(buyer: Buyer, day: number, scorer: Scorer, program: Program): CustomerScore | null {
  const history = summarise(buyer, day);
  if (history === null) return null;
  const score = scorer.score(history);
  return { ...score, history, band: churnBand(score.probabilityAlive, program.churn.bands) };
}
