import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EventLog,
  openEventStoreLog,
  openEventStoreWriter,
  openSqliteLog,
  type OrderedWriter,
  orderedWriter,
} from '@perennial/event-log';
import type { StoreSettings } from '@perennial/projection';

/** Where a log is copied to. */
export type CopyTarget = { kind: 'sqlite'; dataDir: string } | Extract<StoreSettings['eventLog'], { url: string }>;

/** True when the log would be copied into itself. */
export function isSource(target: CopyTarget, { eventLog, dataDir }: StoreSettings): boolean {
  if (target.kind === 'sqlite') return eventLog.kind === 'sqlite' && target.dataDir === dataDir;
  return eventLog.kind !== 'sqlite' && eventLog.url === target.url && eventLog.namespace === target.namespace;
}

/** Does some work with the log to copy to, which is made when there is none, and closes it whatever happens. */
export async function withCopyTarget<T>(
  target: CopyTarget,
  work: (target: { log: EventLog; writer: OrderedWriter }) => Promise<T>,
): Promise<T> {
  const opened = target.kind === 'sqlite' ? openEmbedded(target.dataDir) : await openServer(target);
  try {
    return await work(opened);
  } finally {
    await opened.writer.close();
    await opened.log.close();
  }
}

function openEmbedded(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const log = openSqliteLog({ path: join(dataDir, 'log.db') });
  return { log, writer: orderedWriter(log) };
}

async function openServer({ url, namespace }: { url: string; namespace: string }) {
  return { log: await openEventStoreLog({ url, namespace }), writer: await openEventStoreWriter({ url, namespace }) };
}
