import type { CustomerSnapshot } from '@perennial/analytics';
import { DAY_MS, DEFAULT_PROGRAM, ProgramHistory, STAGES } from '@perennial/membership';
import fc from 'fast-check';

/** The program of these customers, and the stretch of days on which everything of theirs happened. */
export const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);
export const FIRST_DAY = 20_000;
export const LAST_DAY = FIRST_DAY + 400;
/** Instant as of which they are. */
export const asOf = LAST_DAY * DAY_MS;

const day = fc.integer({ min: FIRST_DAY, max: LAST_DAY });
const count = fc.integer({ min: 0, max: 1_000 });
/** Days close together, so that they meet and that gaps of 90 days end within a day of the limit. */
const purchases = fc
  .array(fc.tuple(fc.constantFrom(0, 0, 1, 30, 89, 90, 91, 150), fc.integer({ min: 0, max: 5_000 })), { maxLength: 6 })
  .map((gaps) => {
    let at = FIRST_DAY;
    return gaps
      .map(([gap, value], i) => {
        at += gap;
        return { paidAt: programs.zone.startOfDay(at) + i, day: at, value };
      })
      .filter(({ day: bought }) => bought <= LAST_DAY);
  });
const counted = fc.integer({ min: 0, max: 3 });
const step = fc
  .record({
    suppressed: counted,
    heldOut: counted,
    treated: fc.integer({ min: 1, max: 3 }),
    contacted: counted,
    converted: counted,
    treatedConversions: counted,
    heldOutConversions: counted,
  })
  .map(({ treated, ...one }) => ({
    ...one,
    due: one.suppressed + one.heldOut + treated,
    treatedConversions: Math.min(one.treatedConversions, treated),
    heldOutConversions: Math.min(one.heldOutConversions, one.heldOut),
  }));
const steps = fc
  .tuple(fc.option(step), fc.option(step))
  .map(([first, second]) => [
    ...(first ? [{ step: 'day-30', ...first }] : []),
    ...(second ? [{ step: 'day-60', ...second }] : []),
  ]);

/** One customer as of the instant, but for who it is. */
export const arbitraryCustomer: fc.Arbitrary<Omit<CustomerSnapshot, 'customerId'>> = fc.record({
  enrolled: fc.boolean(),
  tier: fc.constantFrom(null, ...DEFAULT_PROGRAM.tiers.map(({ id }) => id)),
  stage: fc.constantFrom(...STAGES),
  points: fc.record({
    available: count,
    pending: count,
    reserved: count,
    debt: count,
    totals: fc.record({
      earned: count,
      adjustedUp: count,
      adjustedDown: count,
      redeemed: count,
      restored: count,
      expired: count,
      clawedBack: count,
    }),
  }),
  purchases,
  visitDays: fc.array(day, { maxLength: 3 }),
  cartDays: fc.array(day, { maxLength: 3 }),
  steps,
  abandonedCarts: count,
});

/** Customers with ids of their own. */
export const arbitraryCustomers: fc.Arbitrary<CustomerSnapshot[]> = fc
  .array(arbitraryCustomer, { maxLength: 12 })
  .map((all) => all.map((one, i) => ({ customerId: `c-${i}`, ...one })));

export const arbitraryWindow = fc
  .tuple(day, fc.integer({ min: 1, max: 200 }))
  .map(([from, length]) => ({ from, to: from + length }));
