import { randomUUID } from 'node:crypto';
import { customerIdOf, type EventLog, type LogRecord, type NewRecord } from '@perennial/event-log';

/** 2025-01-01T08:00:00Z. */
export const SOME_TIME = 1_735_718_400_000;

/** A record as a sender might send it; every call gives another message id. */
export function visit(stream: string, overrides: Partial<NewRecord> = {}): NewRecord {
  return {
    stream,
    id: randomUUID(),
    type: 'VisitRecorded',
    schemaVersion: 1,
    customerId: customerIdOf(stream),
    occurredAt: SOME_TIME,
    recordedAt: SOME_TIME + 1_000,
    source: 'shop',
    data: { page: '/tea' },
    ...overrides,
  };
}

/** An order with its natural key. */
export function order(stream: string, orderId: string, overrides: Partial<NewRecord> = {}): NewRecord {
  const data = { orderId, payment: 'paid', amount: 1_999 };
  return visit(stream, { type: 'OrderPlaced', key: `order:${orderId}`, data, ...overrides });
}

export function visits(stream: string, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, index) => visit(stream, { data: { page: `/tea/${index}` } }));
}

export function ids(records: readonly { id: string }[]): string[] {
  return records.map((record) => record.id);
}

/** The whole log, page by page. */
export async function readEverything(log: EventLog): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (;;) {
    const page = await log.readAll({ after: records.at(-1)?.position ?? 0 });
    if (page.length === 0) return records;
    records.push(...page);
  }
}
