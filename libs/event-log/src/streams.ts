/** How streams are named. */

/** Stream of published programs. */
export const PROGRAM_STREAM = 'program';
/** Stream of clock ticks. */
export const CLOCK_STREAM = 'clock';
/** What the names of customers' streams start with. */
export const CUSTOMER_STREAM_PREFIX = 'customer-';

/** The stream of a customer id, as sent: an alias has a stream of its own (SPEC §11). */
export function customerStream(customerId: string): string {
  return CUSTOMER_STREAM_PREFIX + customerId;
}

/** The customer id whose stream this is, null for any other stream. */
export function customerIdOf(stream: string): string | null {
  return stream.startsWith(CUSTOMER_STREAM_PREFIX) ? stream.slice(CUSTOMER_STREAM_PREFIX.length) : null;
}
