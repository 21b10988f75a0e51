import { backtest, type Backtest, type PurchaseModelName } from '@perennial/analytics';
import { type MetricsSources, programsOf } from '../metrics/metrics-reader.js';
import { readBuyers } from './buyers.js';

/**
 * Fits models on what the log says was bought before a day and compares them with what it says of the time from then on.
 * @param question `splitDay`: first day of the second part, in the program's zone; `asOf`: where that ends, UTC ms.
 * @throws RangeError when nothing is left between them.
 */
export async function backtestLog(
  { log, catalogue }: MetricsSources,
  { splitDay, asOf, models }: { splitDay: number; asOf: number; models?: readonly PurchaseModelName[] },
): Promise<Backtest> {
  const programs = await programsOf(catalogue);
  const endDay = programs.zone.dayOf(asOf);
  if (endDay < splitDay) throw new RangeError('The split must be before the end');
  return backtest(await readBuyers(log, programs, asOf), { splitDay, endDay, models });
}
