import type { Chance } from './demo-chance.js';

const DAY_MS = 86_400_000;

/** How a customer of the simulated shop behaves. */
export interface Habit {
  weight: number;
  /** Mean time between purchases while they are active, milliseconds. */
  interval: number;
  /** Probability that they leave for good after a purchase. */
  leaves: number;
  registers: number;
  /** Visits for each purchase. */
  visits: number;
  /** Probability of a review for each order that was delivered. */
  reviews: number;
  /** Mean time between check-ins of those who registered, milliseconds; null = never. */
  checkIn: number | null;
}

export const HABITS: readonly Habit[] = [
  { weight: 34, interval: 120 * DAY_MS, leaves: 0.75, registers: 0.6, visits: 2, reviews: 0.06, checkIn: null },
  { weight: 36, interval: 75 * DAY_MS, leaves: 0.28, registers: 0.85, visits: 2, reviews: 0.12, checkIn: null },
  { weight: 22, interval: 38 * DAY_MS, leaves: 0.12, registers: 0.97, visits: 3, reviews: 0.2, checkIn: 21 * DAY_MS },
  { weight: 8, interval: 17 * DAY_MS, leaves: 0.05, registers: 1, visits: 3, reviews: 0.35, checkIn: 8 * DAY_MS },
];

const GIVEN = ['An', 'Bo', 'Chen', 'Dai', 'En', 'Fang', 'Gao', 'Hui', 'Jia', 'Kai', 'Lan', 'Mei', 'Ning', 'Ping'];
const FAMILY = ['Moon', 'River', 'Stone', 'Cloud', 'Pine', 'Rain', 'Field', 'Lake', 'Snow', 'Bridge'];

/** Who somebody of the simulated shop says they are: nobody's name, and addresses that no mail reaches. */
export function profileOf(customerId: string, chance: Chance) {
  const month = String(chance.whole(1, 12)).padStart(2, '0');
  const day = String(chance.whole(1, 28)).padStart(2, '0');
  return {
    name: `Simulated ${chance.pick(GIVEN)} ${chance.pick(FAMILY)}`,
    email: `${customerId}@simulated.example`,
    locale: chance.pick(['zh-CN', 'zh-CN', 'zh-CN', 'en-GB', 'de-DE']),
    ...(chance.flip(0.7) && { birthday: `${chance.whole(1955, 2006)}-${month}-${day}` }),
  };
}

export function consentsOf(chance: Chance) {
  return {
    email: chance.flip(0.75),
    sms: chance.flip(0.4),
    push: chance.flip(0.35),
    wechat: chance.flip(0.55),
    phone: chance.flip(0.2),
  };
}
