import { compareIds } from '@perennial/membership';
import { buyingDays } from '../customers/buying-days.js';
import type { CustomerSnapshot } from '../customers/customer-snapshot.js';
import { type RfmScores, RfmTable, summarize } from './scores.js';
import { segmentOf } from './segments.js';

/** One buyer's scores and the segment that they fall in (SPEC Appendix D). */
export interface RfmRow extends RfmScores {
  customerId: string;
  segment: string;
}

/**
 * Scores every customer with a purchase against the others (SPEC §8, ruling 43).
 * @param customers all of them, each once, in any order.
 * @param today day number of the as-of instant in the program's zone.
 * @returns in order of customerId (code points).
 */
export function rfm(customers: Iterable<Pick<CustomerSnapshot, 'customerId' | 'purchases'>>, today: number): RfmRow[] {
  const table = new RfmTable(today);
  const buyers: string[] = [];
  for (const { customerId, purchases } of customers) {
    if (table.add(summarize(buyingDays(purchases, true)))) buyers.push(customerId);
  }
  const rows = Array.from(table.scores(), ({ r, f, m }, i) => {
    return { customerId: buyers[i], r, f, m, segment: segmentOf({ r, f, m }) };
  });
  return rows.sort((a, b) => compareIds(a.customerId, b.customerId));
}
