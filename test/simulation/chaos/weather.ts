import type { Servers } from '../servers/servers.js';
import type { Dice } from '../world/dice.js';

/** What goes wrong in a run. Not everything in each: some defects show only where little else happens. */
export interface Weather {
  logRefuses: number;
  logLosesAnswers: number;
  databaseRefuses: number;
  databaseLosesAnswers: number;
  subscriptionsFail: number;
  subscriptionsBeginAnew: number;
  /** Longest time until the next thing happens to somebody, virtual milliseconds. */
  calmMs: number;
  mishaps: readonly Mishap[];
}

export type Mishap =
  'crash' | 'pause' | 'log-outage' | 'database-restart' | 'leave' | 'rebuild' | 'publish' | 'lose-claims';

const MISHAPS: readonly Mishap[] = ['crash', 'pause', 'log-outage', 'database-restart', 'leave', 'rebuild', 'publish'];

export function drawWeather(dice: Dice): Weather {
  const rate = (...rates: number[]) => (dice.chance(0.6) ? dice.pick(rates) : 0);
  return {
    logRefuses: rate(0.002, 0.02),
    logLosesAnswers: rate(0.005, 0.05),
    databaseRefuses: rate(0.001, 0.01),
    databaseLosesAnswers: rate(0.002, 0.02),
    subscriptionsFail: rate(0.005, 0.03),
    subscriptionsBeginAnew: rate(0.05, 0.3),
    calmMs: dice.pick([1_500, 4_000, 10_000]),
    mishaps: MISHAPS.filter(() => dice.chance(0.6)),
  };
}

export function letIn(weather: Weather, { logServer, claimsServer, database, subscriptions }: Servers): void {
  logServer.refuses = weather.logRefuses;
  logServer.losesAnswer = weather.logLosesAnswers;
  database.refuses = weather.databaseRefuses;
  database.losesAnswer = weather.databaseLosesAnswers;
  claimsServer.refuses = weather.databaseRefuses;
  claimsServer.losesAnswer = weather.databaseLosesAnswers;
  subscriptions.fails = weather.subscriptionsFail;
  subscriptions.isBegunAnew = weather.subscriptionsBeginAnew;
}
