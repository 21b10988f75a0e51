import { createHash } from 'node:crypto';
import { Scorer, snapshotOf } from '@perennial/analytics';
import { type AppendOutcome, customerStream, type NewRecord } from '@perennial/event-log';
import { churnBand, type ChurnBand, type FactDataByType, foldFacts, type Program } from '@perennial/membership';
import { allCustomers } from '../fold-all.js';
import { type MetricsSources, programsOf } from '../metrics/metrics-reader.js';
import type { Buyer } from './buyers.js';
import { type Assessment, CHURN_SOURCE, lastAssessment } from './assessment.js';
import { type CustomerScore, scoreCustomer } from './customer-score.js';
import { fitName, type KeptFit } from './kept-fit.js';

/** Days for which an assessment says how many orders are expected. */
export const ASSESSED_HORIZON_DAYS = 90;
const FACT_SCHEMA_VERSION = 1;
const BATCH = 1_000;

export interface ScoreRequest {
  /** UTC ms: as of when, which is also when the assessments happen. Not after `now`, when they are recorded. */
  asOf: number;
  now: number;
  /** False: only tells what would be recorded. */
  record: boolean;
}

export interface ScoredCustomer extends CustomerScore {
  customerId: string;
  /** Whether the band is another one than before, so that an assessment is recorded. */
  changed: boolean;
}

export interface ScoreReport {
  customers: number;
  bands: Record<ChurnBand, number>;
  /** Assessments written; those that were there already from a run that was cut off; and ids that other facts have. */
  recorded: number;
  alreadyThere: number;
  conflicts: number;
}

/**
 * Scores everybody who has bought, as of an instant, and records a `ChurnRiskAssessed` where the band changed (SPEC §9).
 * The newest assessment counts, whoever made it: so that one from outside lasts, the engine speaks up after it only when
 * its own judgement is another than it was at that moment.
 * @param onScore called for each, in order of customerId.
 */
export async function scoreCustomers(
  sources: MetricsSources,
  fit: KeptFit,
  { asOf, now, record }: ScoreRequest,
  onScore: (customer: ScoredCustomer) => Promise<void> | void = () => undefined,
): Promise<ScoreReport> {
  const report: ScoreReport = {
    customers: 0,
    bands: { healthy: 0, watch: 0, 'at-risk': 0, lost: 0 },
    recorded: 0,
    alreadyThere: 0,
    conflicts: 0,
  };
  const programs = await programsOf(sources.catalogue);
  const program = programs.program(programs.indexAt(asOf));
  const { zone } = programs;
  const scorer = new Scorer(fit.purchases, fit.spend.ok ? fit.spend.fit : null);
  let pending: NewRecord[] = [];
  const write = async () => {
    if (pending.length > 0) count(report, await sources.log.appendFacts(pending));
    pending = [];
  };
  // Up to the head of now: what is recorded here is not read again.
  for await (const { customerId, facts } of allCustomers(sources.log, await sources.log.head())) {
    const m = foldFacts(customerId, facts, asOf, programs);
    if (m === null) continue;
    const buyer = snapshotOf(m, programs);
    const score = scoreCustomer(buyer, zone.dayOf(asOf), scorer, program);
    if (score === null) continue;
    const latest = lastAssessment(facts, asOf);
    const before = latest && bandBefore(latest, buyer, (at) => zone.dayOf(at), scorer, program);
    const changed = score.band !== before;
    report.customers++;
    report.bands[score.band]++;
    await onScore({ ...score, customerId, changed });
    if (!changed || !record) continue;
    pending.push(assessment(customerId, score, fit, asOf, now));
    if (pending.length === BATCH) await write();
  }
  await write();
  return report;
}

/** The engine's own band when somebody was last assessed: as it said, or as it would have said beside one from outside. */
function bandBefore(
  latest: Assessment,
  buyer: Buyer,
  dayOf: (t: number) => number,
  scorer: Scorer,
  program: Program,
): ChurnBand | null {
  const { source, data, occurredAt } = latest;
  if (source === CHURN_SOURCE) return data.band ?? churnBand(data.probabilityAlive, program.churn.bands);
  return scoreCustomer(buyer, dayOf(occurredAt), scorer, program)?.band ?? null;
}

function assessment(
  customerId: string,
  { probabilityAlive, expectedOrders, band }: CustomerScore,
  fit: KeptFit,
  asOf: number,
  now: number,
): NewRecord {
  const data: FactDataByType['ChurnRiskAssessed'] = {
    model: fit.model,
    modelVersion: fitName(fit.version),
    probabilityAlive,
    expectedOrders: expectedOrders[ASSESSED_HORIZON_DAYS],
    horizonDays: ASSESSED_HORIZON_DAYS,
    band,
  };
  return {
    stream: customerStream(customerId),
    id: assessmentId(customerId, fit.version, asOf),
    type: 'ChurnRiskAssessed',
    schemaVersion: FACT_SCHEMA_VERSION,
    customerId,
    occurredAt: asOf,
    recordedAt: now,
    source: CHURN_SOURCE,
    announce: true,
    data,
  };
}

/** A run that is made again after it was cut off writes the same facts. */
function assessmentId(customerId: string, version: number, asOf: number): string {
  const told = JSON.stringify([customerId, version, asOf]);
  return `churn-${createHash('sha256').update(told).digest('hex').slice(0, 40)}`;
}

function count(report: ScoreReport, outcomes: readonly AppendOutcome[]): void {
  for (const { status } of outcomes) {
    if (status === 'appended') report.recorded++;
    else if (status === 'duplicate') report.alreadyThere++;
    else report.conflicts++;
  }
}
