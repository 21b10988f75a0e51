import { customerIdOf, type LogRecord, PROGRAM_STREAM } from '@perennial/event-log';
import { type Fact, iso, mayBePersonal, withheldData } from '@perennial/membership';
import type { Stores } from '@perennial/projection';

export interface ExportOptions {
  /** In the clear, or left out; of erased customers it is left out always. */
  personalData: 'clear' | 'withheld';
  /** Called with the id of a fact whose personal data cannot be read though its customer was not erased. */
  onUnreadable: (factId: string) => void;
}

/**
 * Everything that somebody told the log, as JSON lines (SPEC Appendix A): programs first, then customers' facts in log
 * order. Imported into an empty log they give the same members, also without personal data.
 * @throws KeysUnavailableError, MasterKeyError
 */
export async function* exportFacts(stores: Stores, options: ExportOptions): AsyncGenerator<string> {
  const { log } = stores;
  for (const record of await log.readStream(PROGRAM_STREAM)) yield lineOf(record);
  const head = await log.head();
  for (let after = 0; after < head;) {
    const page = await log.readAll({ after });
    for (const record of page) {
      if (customerIdOf(record.stream) !== null) yield lineOf(await told(record, stores, options));
    }
    after = page.at(-1)?.position ?? head;
  }
}

/** The record with its data as it was sent. */
async function told(record: LogRecord, { personalData }: Stores, options: ExportOptions): Promise<LogRecord> {
  if (!mayBePersonal(record.type)) return record;
  const fact = record as unknown as Fact;
  if (options.personalData === 'withheld') return { ...record, data: withheldData(fact) };
  const { data, state } = await personalData.reveal(fact);
  if (state === 'unreadable') options.onUnreadable(record.id);
  return { ...record, data };
}

function lineOf({ id, type, customerId, occurredAt, source, data }: LogRecord): string {
  return JSON.stringify({ id, type, customerId, occurredAt: iso(occurredAt), source, data });
}
