import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from './stored-events.js';

/** Events that are looked at together when the reader does not say how many. */
const WINDOW = 32;

export interface EventFilter {
  matches(event: StoredEvent): boolean;
  /** Events looked at between two checkpoints. */
  checkpointEvery: number;
}

/** The filter of a read or subscription, null when it wants everything. */
export function filterOf(options: ReadReq.Options): EventFilter | null {
  const filter = options.getFilter();
  if (!filter) return null;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const regex = expression?.getRegex() ? new RegExp(expression.getRegex()) : null;
  const prefixes = expression?.getPrefixList() ?? [];
  return {
    matches: ({ stream, type }) => {
      const text = byStream ? stream : type;
      return regex ? regex.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
    },
    checkpointEvery: filter.getCheckpointintervalmultiplier() * (filter.hasMax() ? filter.getMax() : WINDOW),
  };
}
