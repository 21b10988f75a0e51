import { customerStream, type EventLog, type LogRecord } from '@perennial/event-log';
import type { Fact } from '@perennial/membership';
import type { IdentityMap } from './identity-map.js';

/** Whether a record is a customer's fact that counts: no refused link. */
export function isFact(record: LogRecord, identities: IdentityMap): boolean {
  if (record.customerId === null) return false;
  return record.type !== 'IdentityLinked' || !identities.refused.has(record.id);
}

/** A record of a customer as the fold takes it: the envelope has the same fields. */
export function asFact(record: LogRecord): Fact {
  return record as unknown as Fact;
}

/** All records of a customer, aliases' included, with `after < position ≤ upTo`, by position. */
export async function readCustomer(
  log: EventLog,
  identities: IdentityMap,
  customerId: string,
  upTo: number,
  after = 0,
): Promise<LogRecord[]> {
  const ids = identities.idsOf(customerId);
  const streams = await Promise.all(ids.map((id) => log.readStream(customerStream(id), { after })));
  const records = streams.flat().filter((record) => record.position <= upTo && isFact(record, identities));
  return ids.length === 1 ? records : records.sort((a, b) => a.position - b.position);
}
