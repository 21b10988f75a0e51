import type { CustomerTable, DayWindow, Metrics, RfmRow } from '@perennial/analytics';
import type { ProgramHistory } from '@perennial/membership';

/** What is asked of everybody together. */
export type Question = {
  /** UTC ms; null = now. */
  asOf: number | null;
} & (
  | {
      what: 'metrics';
      /** Days of the program's zone; null = all time. */
      window: DayWindow | null;
    }
  | {
      what: 'rfm';
      /** Rows after this customerId; null = from the first. */
      after: string | null;
      limit: number;
      /** Only these. */
      segment?: string | undefined;
    }
);

/** The answer to a question, and the instant (UTC ms) as of which it is. */
export type Answer = { asOf: number; metrics: Metrics } | { asOf: number; rows: RfmRow[] };

/** @param table everybody as of `asOf`. @throws RangeError when the window ends before it starts, or is empty. */
export function answerFrom(table: CustomerTable, question: Question, asOf: number, programs: ProgramHistory): Answer {
  if (question.what === 'metrics') {
    return { asOf, metrics: table.metrics({ asOf, window: question.window, programs }) };
  }
  const { after, limit, segment } = question;
  return { asOf, rows: table.rfm({ asOf, programs, after, limit, ...(segment !== undefined && { segment }) }) };
}
