import { DISCOUNTING, type Discounting, type Score, Scorer, snapshotOf } from '@perennial/analytics';
import { type ChurnBand, churnBand, type FactDataByType, foldFacts, iso, type Program } from '@perennial/membership';
import { asFact, readCustomer } from '../customer-facts.js';
import { programsOf } from '../metrics/metrics-reader.js';
import type { Stores } from '../stores.js';
import { type Assessment, CHURN_SOURCE, lastAssessment } from './assessment.js';
import { type CustomerScore, scoreCustomer } from './customer-score.js';
import { fitName, type KeptFit } from './kept-fit.js';

/** A recorded assessment, the engine's or from outside. */
export type RecordedAssessment = FactDataByType['ChurnRiskAssessed'] & {
  source: string | null;
  assessedAt: string;
  band: ChurnBand;
};

/** What the engine's own model expects, and from what. Orders are days with an order; values are in minor units. */
export interface ComputedScore extends Score {
  band: ChurnBand;
  model: string;
  modelVersion: string;
  /** The history that the model sees, in days. */
  history: { repeatDays: number; lastAfter: number; observed: number; sinceLast: number; meanValue: number | null };
  parameters: Record<string, number>;
  discounting: Discounting;
}

export interface MemberChurn {
  customerId: string;
  asOf: string;
  /** What counts: an assessment from outside while it is the newest, else what the engine computes now. */
  probabilityAlive: number | null;
  band: ChurnBand | null;
  source: string | null;
  computed: ComputedScore | null;
  /** The newest one on record. */
  assessed: RecordedAssessment | null;
  /** How it came about, in sentences. */
  because: string[];
}

/**
 * Churn risk of one member as of an instant (UTC ms) by a fit, and by what was recorded.
 * @param fit null = nothing was fitted yet.
 * @returns null when there is no fact of the customer up to then.
 */
export async function readMemberChurn(
  { log, catalogue, reader }: Pick<Stores, 'log' | 'catalogue' | 'reader'>,
  fit: KeptFit | null,
  id: string,
  asOf: number,
): Promise<MemberChurn | null> {
  const programs = await programsOf(catalogue);
  const identities = await reader.identityMap();
  const customerId = identities.resolve(id);
  const facts = (await readCustomer(log, identities, customerId, Infinity)).map(asFact);
  const m = foldFacts(customerId, facts, asOf, programs);
  if (m === null) return null;
  const program = programs.program(programs.indexAt(asOf));
  const latest = lastAssessment(facts, asOf);
  const assessed = latest && recorded(latest, program);
  const scorer = fit && new Scorer(fit.purchases, fit.spend.ok ? fit.spend.fit : null);
  const score = scorer && scoreCustomer(snapshotOf(m, programs), programs.zone.dayOf(asOf), scorer, program);
  const computed = fit && score && computedBy(fit, score);
  const counts = assessed !== null && assessed.source !== CHURN_SOURCE ? assessed : (computed ?? assessed);
  return {
    customerId,
    asOf: iso(asOf),
    probabilityAlive: counts?.probabilityAlive ?? null,
    band: counts?.band ?? null,
    source: counts === null ? null : counts === computed ? CHURN_SOURCE : assessed!.source,
    computed,
    assessed,
    because: [...sentencesOf(fit, computed), ...(counts === assessed && assessed !== null ? [outside(assessed)] : [])],
  };
}

function recorded({ data, source, occurredAt }: Assessment, program: Program): RecordedAssessment {
  return {
    ...data,
    band: data.band ?? churnBand(data.probabilityAlive, program.churn.bands),
    source: source ?? null,
    assessedAt: iso(occurredAt),
  };
}

function computedBy(fit: KeptFit, { history, ...score }: CustomerScore): ComputedScore {
  const { x, tx, T, meanValue } = history;
  return {
    ...score,
    model: fit.model,
    modelVersion: fitName(fit.version),
    history: { repeatDays: x, lastAfter: tx, observed: T, sinceLast: T - tx, meanValue },
    parameters: fit.purchases.parameters,
    discounting: DISCOUNTING,
  };
}

function sentencesOf(fit: KeptFit | null, computed: ComputedScore | null): string[] {
  if (fit === null) return ['No model has been fitted yet'];
  if (computed === null) return ['There is no purchase up to then, so nothing tells how this customer buys'];
  const { repeatDays, observed, sinceLast } = computed.history;
  const { model, data, version } = fit;
  const sentences = [
    `Bought on ${days(repeatDays + 1)} since the first purchase ${days(observed)} before, the last time ${days(sinceLast)} before`,
    `Of buyers like this ${share(computed.probabilityAlive)} will buy again, by ${model} (${fitName(version)}: ${data.buyers} buyers from ${data.from} to ${data.to})`,
    `So ${computed.expectedOrders[90].toFixed(2)} days with an order are expected within 90 days, ${computed.expectedOrders[365].toFixed(2)} within 365`,
  ];
  if (computed.expectedSpend === null) sentences.push(`No values: ${whyNoSpend(fit)}`);
  else {
    const each = Math.round(computed.expectedSpend);
    const mean = computed.history.meanValue;
    const from = mean === null ? 'what all buyers spend' : `their mean of ${mean} and what all buyers spend`;
    sentences.push(`Each is worth ${each} minor units of ${fit.currency}, from ${from}`);
  }
  return sentences;
}

function whyNoSpend({ spend }: KeptFit): string {
  return spend.ok ? 'values differ so widely among buyers that they have no finite mean' : spend.reason;
}

function outside({ model, source, assessedAt }: RecordedAssessment): string {
  return `The assessment of ${assessedAt} by ${model} (${source ?? 'unknown source'}) is the newest, so it counts`;
}

function days(n: number): string {
  return n === 1 ? '1 day' : `${n} days`;
}

function share(probability: number): string {
  return `${(probability * 100).toFixed(1)} %`;
}
