import { civil } from '@perennial/membership';
import type { BuyingDay } from '../customers/buying-days.js';
import type { Cohort, CohortMonth } from '../metrics.js';
import type { Sign } from '../sign.js';

interface Cells {
  size: number;
  /** By months since the first purchase. */
  months: Map<number, CohortMonth>;
}

/** Customers by the month of their first purchase × months since then (SPEC §8, ruling 40). */
export class Cohorts {
  private readonly cohorts = new Map<number, Cells>();
  private readonly monthOfDay = new Map<number, number>();

  /** @param days of one customer. */
  add(days: readonly BuyingDay[], sign: Sign = 1): void {
    if (days.length === 0) return;
    const first = this.month(days[0].day);
    const cohort = this.cohort(first);
    cohort.size += sign;
    let cell: CohortMonth | null = null;
    let repeats = false;
    for (let i = 0; i < days.length; i++) {
      const month = this.month(days[i].day) - first;
      if (cell === null || cell.month !== month) {
        cell = cellOf(cohort, month);
        cell.buyers += sign;
        repeats = false;
      }
      cell.value += sign * days[i].value;
      if (i > 0 && !repeats) {
        cell.repeat += sign;
        repeats = true;
      }
    }
  }

  /** By month; of a cohort the months in which somebody bought. */
  result(): Cohort[] {
    return [...this.cohorts]
      .filter(([, { size }]) => size > 0)
      .sort(([a], [b]) => a - b)
      .map(([month, { size, months }]) => ({
        cohort: label(month),
        size,
        months: [...months.values()]
          .filter(({ buyers }) => buyers > 0)
          .sort((a, b) => a.month - b.month)
          .map((cell) => ({ ...cell })),
      }));
  }

  private cohort(month: number): Cells {
    let cohort = this.cohorts.get(month);
    if (!cohort) this.cohorts.set(month, (cohort = { size: 0, months: new Map() }));
    return cohort;
  }

  /** Calendar months since the year 0. */
  private month(day: number): number {
    let month = this.monthOfDay.get(day);
    if (month === undefined) {
      const date = civil(day);
      this.monthOfDay.set(day, (month = date.year * 12 + date.month - 1));
    }
    return month;
  }
}

function cellOf(cohort: Cells, month: number): CohortMonth {
  let cell = cohort.months.get(month);
  if (!cell) cohort.months.set(month, (cell = { month, buyers: 0, repeat: 0, value: 0 }));
  return cell;
}

function label(month: number): string {
  const year = Math.floor(month / 12);
  return `${String(year).padStart(4, '0')}-${String(month - year * 12 + 1).padStart(2, '0')}`;
}
