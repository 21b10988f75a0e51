import { hash } from 'node:crypto';

/**
 * Where a customer stands among 10,000 places (SPEC §7, ruling 33): the first 8 bytes of SHA-256 of `salt:customerId`
 * (UTF-8) as a big-endian unsigned integer, mod 10000.
 */
export function holdoutPlace(customerId: string, salt: string): number {
  const first8 = BigInt(`0x${hash('sha256', `${salt}:${customerId}`, 'hex').slice(0, 16)}`);
  return Number(first8 % 10_000n);
}

/** How many of the 10,000 places are the control group; rounded: 0.07 × 100 is not 7 in floating point. */
export function holdoutPlaces(percent: number): number {
  return Math.round(percent * 100);
}

/** Whether a customer is in the control group: their place is below percent × 100. */
export function isHeldOut(customerId: string, salt: string, percent: number): boolean {
  return percent !== 0 && holdoutPlace(customerId, salt) < holdoutPlaces(percent);
}
