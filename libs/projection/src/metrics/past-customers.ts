import { CustomerTable, encodeSnapshot } from '@perennial/analytics';
import type { ProgramHistory } from '@perennial/membership';
import { type MetricsSources, programsOf, snapshots } from './metrics-reader.js';
import { type Answer, answerFrom, type Question } from './question.js';

interface Past {
  asOf: number;
  /** Head of the log that it was folded from. */
  head: number;
  table: CustomerTable;
  programs: ProgramHistory;
}

/** Everybody as of some instant, folded from the whole log; kept for the next questions about that instant. */
export class PastCustomers {
  private last: Past | null = null;

  constructor(private readonly sources: MetricsSources) {}

  /** @throws RangeError when the window ends before it starts, or is empty. */
  async answer(question: Question, now: number): Promise<Answer> {
    const asOf = question.asOf ?? now;
    const head = await this.sources.log.head();
    if (this.last?.asOf !== asOf || this.last.head !== head) {
      // Given up first, so that there are never two in memory.
      this.last = null;
      this.last = await this.foldAll(asOf, head);
    }
    const { table, programs } = this.last;
    return answerFrom(table, question, asOf, programs);
  }

  private async foldAll(asOf: number, head: number): Promise<Past> {
    const programs = await programsOf(this.sources.catalogue);
    const table = new CustomerTable(programs.zone);
    for await (const customer of snapshots(this.sources.log, programs, asOf)) {
      table.put(customer.customerId, encodeSnapshot(customer));
    }
    return { asOf, head, table, programs };
  }
}
