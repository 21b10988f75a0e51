/** One customer as the churn models see them (SPEC §9). Times are in one unit, which the models do not mind. */
export interface History {
  /** Days with a purchase after the first one (repeat purchase days). */
  x: number;
  /** From the first to the last purchase day; 0 exactly when x is. */
  tx: number;
  /** From the first purchase day to the day on which the history ends. */
  T: number;
}

/** @throws RangeError that says what is wrong with it. */
export function requireSound({ x, tx, T }: History): void {
  if (!Number.isInteger(x) || x < 0) throw new RangeError(`x = ${x} is no number of purchases`);
  if (!(tx >= 0 && tx <= T && T < Infinity)) throw new RangeError(`t_x = ${tx}, T = ${T} are no times with t_x ≤ T`);
  if ((x === 0) !== (tx === 0)) throw new RangeError(`x = ${x} and t_x = ${tx} contradict each other`);
}

/** Histories as columns, equal ones once with their count, by (x, t_x, T): a likelihood is computed once for each. */
export interface HistoryTable {
  readonly rows: number;
  readonly x: Float64Array;
  readonly tx: Float64Array;
  readonly T: Float64Array;
  readonly count: Float64Array;
  /** Customers behind the rows. */
  readonly customers: number;
}

/** @throws RangeError when a history is not sound. */
export function compress(histories: Iterable<History>): HistoryTable {
  const counts = new Map<string, { history: History; count: number }>();
  let customers = 0;
  for (const history of histories) {
    requireSound(history);
    customers++;
    const key = `${history.x} ${history.tx} ${history.T}`;
    const entry = counts.get(key);
    if (entry) entry.count++;
    else counts.set(key, { history, count: 1 });
  }
  const entries = [...counts.values()].sort(({ history: a }, { history: b }) => a.x - b.x || a.tx - b.tx || a.T - b.T);
  return {
    rows: entries.length,
    x: Float64Array.from(entries, ({ history }) => history.x),
    tx: Float64Array.from(entries, ({ history }) => history.tx),
    T: Float64Array.from(entries, ({ history }) => history.T),
    count: Float64Array.from(entries, ({ count }) => count),
    customers,
  };
}

/** The same histories with every time multiplied by `factor`. */
export function scaleTimes(table: HistoryTable, factor: number): HistoryTable {
  return { ...table, tx: table.tx.map((t) => t * factor), T: table.T.map((t) => t * factor) };
}

/**
 * Days as a time in units of so many days, rounded to hundredths: so the data sets have it on which the published
 * parameters were fitted, which then come out to the last digit. In weeks a day is 14 or 15 hundredths.
 */
export function inUnits(days: number, unitDays: number): number {
  return Math.round((days / unitDays) * 100) / 100;
}
