import { type DayWindow, type Metrics, MetricsBuilder, rfm, type RfmRow, snapshotOf } from '@perennial/analytics';
import type { CustomerSnapshot } from '@perennial/analytics';
import type { EventLog } from '@perennial/event-log';
import { DEFAULT_PROGRAM, foldFacts, ProgramHistory } from '@perennial/membership';
import { allCustomers } from '../fold-all.js';
import type { ProgramCatalogue } from '../program-catalogue.js';

/** What metrics are read from. */
export interface MetricsSources {
  log: EventLog;
  catalogue: ProgramCatalogue;
}

/** Where nothing was published there are no facts either, and what the first one would bring is the shipped program. */
const SHIPPED = new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);

/** The program versions that metrics go by. */
export async function programsOf(catalogue: ProgramCatalogue): Promise<ProgramHistory> {
  return (await catalogue.history()) ?? SHIPPED;
}

/**
 * Metrics (SPEC §8, Appendix D) as of any instant, past, now or ahead: folds the whole log.
 * @param question `asOf` in UTC ms; `window` in days of the program's zone, null = all time.
 * @throws RangeError when the window ends before it starts, or is empty.
 */
export async function readMetrics(
  sources: MetricsSources,
  { asOf, window }: { asOf: number; window: DayWindow | null },
): Promise<Metrics> {
  const programs = await programsOf(sources.catalogue);
  const builder = new MetricsBuilder({ asOf, window, programs, version: programs.indexAt(asOf) });
  for await (const customer of snapshots(sources.log, programs, asOf)) builder.add(customer);
  return builder.result();
}

/** Every buyer's RFM scores (ruling 43) as of an instant in UTC ms, in order of customerId: folds the whole log. */
export async function readRfm({ log, catalogue }: MetricsSources, asOf: number): Promise<RfmRow[]> {
  const programs = await programsOf(catalogue);
  const customers: Pick<CustomerSnapshot, 'customerId' | 'purchases'>[] = [];
  for await (const { customerId, purchases } of snapshots(log, programs, asOf)) {
    if (purchases.length > 0) customers.push({ customerId, purchases });
  }
  return rfm(customers, programs.zone.dayOf(asOf));
}

/** Every customer as of an instant, in order of customerId. */
export async function* snapshots(
  log: EventLog,
  programs: ProgramHistory,
  asOf: number,
): AsyncGenerator<CustomerSnapshot> {
  for await (const { customerId, facts } of allCustomers(log, Infinity)) {
    const m = foldFacts(customerId, facts, asOf, programs);
    if (m) yield snapshotOf(m, programs);
  }
}
