import type { CustomerSnapshot } from '@perennial/analytics';
import type { ProgramHistory } from '@perennial/membership';
import type { EventLog } from '@perennial/event-log';
import { snapshots } from '../metrics/metrics-reader.js';

/** A customer with a purchase, as the churn models look at them. */
export type Buyer = Pick<CustomerSnapshot, 'customerId' | 'purchases'>;

/** Everybody who has bought up to an instant, UTC ms: folds the whole log. */
export async function readBuyers(log: EventLog, programs: ProgramHistory, asOf: number): Promise<Buyer[]> {
  const buyers: Buyer[] = [];
  for await (const { customerId, purchases } of snapshots(log, programs, asOf)) {
    if (purchases.length > 0) buyers.push({ customerId, purchases });
  }
  return buyers;
}
