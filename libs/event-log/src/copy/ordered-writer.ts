import type { EventLog, LogRecord } from '../port.js';
import { copyOf } from './record-copy.js';

/** A record cannot stand in the other log as it stands in this one, or not in its place, or is too large for it. */
export class CopyRefusedError extends Error {
  override readonly name = 'CopyRefusedError';
}

/** Writes the records of one log into another. */
export interface OrderedWriter {
  /**
   * True when records keep their revisions. Otherwise they are numbered anew, without the gaps that records leave which do
   * not stand (ruling 1) and are not copied.
   */
  readonly keepsRevisions: boolean;

  /**
   * Appends records in their order, over all streams; all are durable when it resolves.
   * @throws CopyRefusedError; LogUnavailableError: what was written by then is the beginning of what was to be written.
   */
  write(records: readonly LogRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** For logs in which the facts of one call keep their order: the embedded ones. The log stays open. */
export function orderedWriter(log: EventLog): OrderedWriter {
  return {
    keepsRevisions: false,
    write: async (records) => {
      const outcomes = await log.appendFacts(records.map(copyOf));
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.status === 'appended') continue;
        const { id, stream } = records[i];
        const first = outcome.status === 'conflict' ? outcome.existingId : id;
        throw new CopyRefusedError(
          `Record ${id} of stream ${stream} has the message id or natural key of record ${first}, which came before it: this log can hold one of them only`,
        );
      }
    },
    close: () => Promise.resolve(),
  };
}
