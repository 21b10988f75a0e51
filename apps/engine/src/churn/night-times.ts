import type { Zone } from '@perennial/membership';

const HOUR_MS = 3_600_000;

/** The first instant after `now` at which a day's run is due: so many hours after the start of a day. UTC ms. */
export function nextRun(now: number, zone: Zone, hour: number): number {
  const today = zone.dayOf(now);
  const atToday = zone.startOfDay(today) + hour * HOUR_MS;
  return atToday > now ? atToday : zone.startOfDay(today + 1) + hour * HOUR_MS;
}

/** The last instant up to `now` at which one was due. UTC ms. */
export function lastRun(now: number, zone: Zone, hour: number): number {
  const today = zone.dayOf(now);
  const atToday = zone.startOfDay(today) + hour * HOUR_MS;
  return atToday <= now ? atToday : zone.startOfDay(today - 1) + hour * HOUR_MS;
}
