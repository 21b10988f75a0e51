import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CopyTarget,
  type EventLog,
  openEventStoreLog,
  openEventStoreWriter,
  openSqliteLog,
  orderedWriter,
} from '@perennial/event-log';
import type { StoreSettings } from '@perennial/projection';
import { withLogForReading } from './open-store.js';

/** Where a log is copied to. */
export type CopyPlace = { kind: 'sqlite'; dataDir: string } | Extract<StoreSettings['eventLog'], { url: string }>;

/** True when the log would be copied into itself. */
export function isSource(target: CopyPlace, { eventLog, dataDir }: StoreSettings): boolean {
  if (target.kind === 'sqlite') return eventLog.kind === 'sqlite' && target.dataDir === dataDir;
  return eventLog.kind !== 'sqlite' && eventLog.url === target.url && eventLog.namespace === target.namespace;
}

/**
 * Does some work with the log to copy from. What EventStoreDB holds is copied to another one record by record, to an
 * embedded log as far as it stands: that can hold nothing else.
 */
export async function withCopySource<T>(
  settings: StoreSettings,
  target: CopyPlace,
  work: (source: EventLog) => Promise<T>,
): Promise<T> {
  const { eventLog } = settings;
  if (eventLog.kind === 'sqlite' || target.kind === 'sqlite') return withLogForReading(settings, work);
  const log = await openEventStoreLog({ url: eventLog.url, namespace: eventLog.namespace });
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** Does some work with the log to copy to, which is made when there is none, and closes it whatever happens. */
export async function withCopyTarget<T>(target: CopyPlace, work: (target: CopyTarget) => Promise<T>): Promise<T> {
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
