import { dayNumber } from '@perennial/membership';
import { Cohorts } from './cohorts.js';

const on = (month: number, date: number, value = 100) => ({ day: dayNumber(2024, month, date), orders: 1, value });

describe('cohorts', () => {
  it('are by month of the first purchase; months count from calendar month to calendar month', () => {
    const cohorts = new Cohorts();
    cohorts.add([on(1, 31, 500), on(2, 1, 30), on(2, 20, 7)]);
    cohorts.add([on(1, 2, 1_000), on(1, 3, 1)]);
    cohorts.add([on(12, 31), on(13, 1)]);
    cohorts.add([]);
    expect(cohorts.result()).toEqual([
      {
        cohort: '2024-01',
        size: 2,
        months: [
          { month: 0, buyers: 2, repeat: 1, value: 1_501 },
          { month: 1, buyers: 1, repeat: 1, value: 37 },
        ],
      },
      {
        cohort: '2024-12',
        size: 1,
        months: [
          { month: 0, buyers: 1, repeat: 0, value: 100 },
          { month: 1, buyers: 1, repeat: 1, value: 100 },
        ],
      },
    ]);
  });

  it('leave out months in which nobody bought', () => {
    const cohorts = new Cohorts();
    cohorts.add([on(1, 1), on(30, 1)]);
    expect(cohorts.result()[0].months.map(({ month }) => month)).toEqual([0, 29]);
  });
});
