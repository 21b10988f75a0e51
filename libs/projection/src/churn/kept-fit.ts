import type { Backtest, FitResult, PurchaseFit, PurchaseModelName, SpendFit } from '@perennial/analytics';

/** What a model was fitted on. Days are dates in the program's zone. */
export interface FittedData {
  /** Day of the first purchase, and the last day that was looked at. */
  from: string;
  to: string;
  buyers: number;
  repeatBuyers: number;
  /** Purchase days, first ones included. */
  purchases: number;
  /** Position of the log up to which it was read. */
  position: number;
}

/** A fit as it is kept: everything that its scores follow from (SPEC §9). */
export interface KeptFit {
  /** 1, 2, …; scores name it as `fit-1`. */
  version: number;
  model: PurchaseModelName;
  /** ISO 8601: as of when the purchases were read, and when that was done. */
  asOf: string;
  fittedAt: string;
  data: FittedData;
  purchases: PurchaseFit;
  spend: FitResult<SpendFit>;
  currency: string;
  /** Fitted on the first part of the same history and compared with the rest; or why there is no such comparison. */
  holdout: Holdout | { reason: string };
}

export interface Holdout extends Pick<Backtest, 'customers' | 'actual' | 'returned' | 'returnDays' | 'rule'> {
  /** First and last day of the rest. */
  from: string;
  to: string;
  predicted: number;
  meanAbsoluteError: number;
  auc: number | null;
  /** Predicted against actual purchases, for a plot. */
  deciles: CalibrationGroups;
  byRepeats: (CalibrationGroups[number] & { repeats: number })[];
}

type CalibrationGroups = { customers: number; predicted: number; actual: number }[];

/** How facts name a fit (`modelVersion`). */
export function fitName(version: number): string {
  return `fit-${version}`;
}
