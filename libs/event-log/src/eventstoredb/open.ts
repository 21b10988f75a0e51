import type { OrderedWriter } from '../copy/ordered-writer.js';
import type { ChangesMirror } from '../mirror.js';
import type { EventLog } from '../port.js';
import type { EventStoreLogOptions } from './options.js';

/**
 * Opens the log in an EventStoreDB or KurrentDB. Any number of processes may have the same one open. No connection is
 * made before the first call.
 *
 * The client and gRPC are loaded here and not before, so that who stays embedded never loads them.
 * @throws Error when the connection string is malformed.
 */
export async function openEventStoreLog(options: EventStoreLogOptions): Promise<EventLog> {
  const { EventStoreLog } = await import('./eventstoredb-log.js');
  return new EventStoreLog(options);
}

/** Opens the mirror of changes beside a log in an EventStoreDB or KurrentDB. @throws Error as above. */
export async function openEventStoreMirror(options: EventStoreLogOptions): Promise<ChangesMirror> {
  const { EventStoreChangesMirror } = await import('./changes-mirror.js');
  return new EventStoreChangesMirror(options);
}

/** Opens what writes records of another log into one in an EventStoreDB or KurrentDB. @throws Error as above. */
export async function openEventStoreWriter(options: EventStoreLogOptions): Promise<OrderedWriter> {
  const { OrderedAppends } = await import('./ordered-appends.js');
  return new OrderedAppends(options);
}
