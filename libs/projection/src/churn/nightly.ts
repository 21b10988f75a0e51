import { type MetricsSources, programsOf } from '../metrics/metrics-reader.js';
import { fitModel, modelOf } from './fit-model.js';
import type { FitStore } from './fit-store.js';
import { type ScoreReport, scoreCustomers } from './score-customers.js';

/** What a night's run came to: the fit that it kept and scored by, or why there was none. */
export type NightlyReport = ({ version: number } & ScoreReport) | { reason: string };

/**
 * Fits the program's model, keeps the fit, scores everybody by it and records what changed (SPEC §9).
 * @param asOf UTC ms, not after `now`.
 */
export async function fitAndScore(
  sources: MetricsSources,
  fits: FitStore,
  { asOf, now }: { asOf: number; now: number },
): Promise<NightlyReport> {
  const programs = await programsOf(sources.catalogue);
  const program = programs.program(programs.indexAt(asOf));
  if (modelOf(program) === null) return { reason: `Scores by ${program.churn.model} come from outside` };
  const fitted = await fitModel(sources, { asOf, now });
  if (!fitted.ok) return { reason: fitted.reason };
  const kept = await fits.add(fitted.fit);
  return { version: kept.version, ...(await scoreCustomers(sources, kept, { asOf, now, record: true })) };
}
