import type { AppendOutcome, NewRecord } from '@perennial/event-log';
import type { Redemption } from '../machines/api-machine.js';

/** A fact that a client sends, and what the client was told; null = nothing that can be relied on. */
export interface Told {
  record: NewRecord;
  outcome: AppendOutcome | null;
}

export interface ToldRedemption {
  redemption: Redemption;
  outcome: 'done' | 'refused' | null;
}

/** What clients want, and what they know of it: the engine is held to that. Each has a source of its own in the log. */
export class Ledger {
  readonly facts = new Map<string, Told>();
  readonly redemptions = new Map<string, ToldRedemption>();
  private sources = 0;

  newSource(): string {
    return `client-${++this.sources}`;
  }

  wants(records: readonly NewRecord[]): void {
    for (const record of records) this.facts.set(record.source, { record, outcome: null });
  }

  /** The first answer stands: that the fact is there already is no news to who sent it twice. */
  told(records: readonly NewRecord[], outcomes: readonly AppendOutcome[]): void {
    for (const [index, { source }] of records.entries()) this.facts.get(source)!.outcome ??= outcomes[index];
  }
}
