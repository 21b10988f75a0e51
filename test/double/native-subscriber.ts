import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';

/** An event as somebody gets it who subscribes by the bare client. */
export interface NativeEvent {
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: unknown;
  metadata: unknown;
}

/** Subscribes by the bare client, from the beginning, and gives the events as they come until so many have come. */
export async function subscribeNatively(url: string, what: { stream: string } | { prefix: string }, count: number) {
  const client = EventStoreDBClient.connectionString(url);
  const events: NativeEvent[] = [];
  try {
    const subscription =
      'stream' in what
        ? client.subscribeToStream(what.stream)
        : client.subscribeToAll({ filter: streamNameFilter({ prefixes: [what.prefix] }) });
    for await (const { event } of subscription) {
      if (!event) continue;
      const { streamId: stream, revision, id, type, data, metadata } = event;
      events.push({ stream, revision: Number(revision), id, type, data, metadata });
      if (events.length === count) break;
    }
    return events;
  } finally {
    await client.dispose();
  }
}
