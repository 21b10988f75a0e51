export { type CustomerSnapshot, type PurchaseSnapshot, snapshotOf } from './customers/customer-snapshot.js';
export { decodeSnapshot, encodeSnapshot } from './customers/snapshot-codec.js';
export type { Arm, Cohort, CohortMonth, DaysBetween, Metrics, RepeatHorizon, StepEffect } from './metrics.js';
export { MetricsBuilder, type MetricsOptions } from './metrics-builder.js';
export type { StepCounts } from './reactivation/step-counts.js';
export { type DayWindow, followingWindow, parseDay } from './repurchase/window.js';
export { rfm, type RfmRow } from './rfm/rfm.js';
export type { RfmScores } from './rfm/scores.js';
export { SEGMENT_RULES, segmentOf, type SegmentRule } from './rfm/segments.js';
export { Column } from './table/column.js';
export { CustomerTable, type MetricsQuestion, type RfmQuery } from './table/customer-table.js';
export {
  backtest,
  type Backtest,
  type BacktestOptions,
  type ModelBacktest,
  RETURN_DAYS,
} from './churn/backtest/backtest.js';
export type { CalibrationGroup } from './churn/backtest/calibration.js';
export type { FitResult } from './churn/fitting/fit-result.js';
export { fitPurchases, type PurchaseFit } from './churn/fitting/fit-purchases.js';
export { fitSpend, type SpendFit } from './churn/fitting/fit-spend.js';
export { compress, type History, type HistoryTable } from './churn/histories/history.js';
export { type BuyerHistory, summarise } from './churn/histories/summarise.js';
export { expectedSpend, type SpendHistory, type SpendParameters } from './churn/models/gamma-gamma.js';
export {
  expectedPurchases,
  PURCHASE_MODELS,
  type PurchaseModel,
  type PurchaseModelName,
} from './churn/models/purchase-model.js';
export { purchaseModel } from './churn/models/registry.js';
export { type Discounting, HORIZONS, type HorizonDays } from './churn/scoring/horizons.js';
export { DISCOUNTING, type Score, Scorer } from './churn/scoring/scorer.js';
