import type { MemberState } from './state.js';

/** What holds at every instant (SPEC §5): a defect of the fold shows here at once, not years later in a balance. */
export function assertConserved(m: MemberState): void {
  const { available, pending, reserved, debt, totals: t } = m.points;
  const came = t.earned + t.adjustedUp + t.restored;
  const went = available + pending + reserved - debt + t.redeemed + t.expired + t.clawedBack + t.adjustedDown;
  const sound = available >= 0 && pending >= 0 && reserved >= 0 && debt >= 0 && (available === 0 || debt === 0);
  if (came !== went || !sound || !Number.isSafeInteger(came + went)) {
    throw new Error(`Points of ${m.customerId} do not add up at ${m.now}: ${JSON.stringify(m.points, mapsAside)}`);
  }
}

function mapsAside(_key: string, value: unknown): unknown {
  return value instanceof Map ? undefined : value;
}
