import type { EventLog } from '@perennial/event-log';
import { type ReadStore, type ReadStores, StaleCheckpointError } from '@perennial/read-store';
import { logBatches } from './log-batches.js';
import { type Leases, partitionLease } from './partitions/leases.js';
import { resumeTogether } from './partitions/resume-together.js';
import { Projector, type ProjectorOptions } from './projector.js';

/** How often it is looked how far others have come. */
const LOOK_MS = 50;

/**
 * How far it has come. Positions may have gaps, so they are no number of records.
 * @param records how many were projected here so far.
 */
export type Progress = (position: number, head: number, records: number) => void;

/** Projects everything that the log holds into a store; afterwards its checkpoint is at the head. */
export async function catchUp(
  log: EventLog,
  store: ReadStore,
  options: ProjectorOptions,
  onProgress?: Progress,
): Promise<Projector> {
  const projector = await Projector.resume(log, store, options);
  await projectRest(projector, log, onProgress);
  return projector;
}

/**
 * Brings the live generation up to the head of the log, as it is now; a store that an older program made is rebuilt
 * first. What other processes project is waited for.
 */
export async function catchUpLive(
  log: EventLog,
  stores: ReadStores,
  leases: Leases,
  onProgress?: Progress,
): Promise<ReadStore> {
  const head = await log.head();
  for (;;) {
    const store = await stores.current();
    if (store.needsRebuild) await rebuild(log, stores, onProgress);
    else if (await reaches(head, log, store, leases, onProgress)) return store;
  }
}

/** @returns false when another projector was faster: then it is to be looked at again. */
async function reaches(
  head: number,
  log: EventLog,
  store: ReadStore,
  leases: Leases,
  onProgress?: Progress,
): Promise<boolean> {
  const { position, settled } = await store.checkpoint();
  if (settled >= head) return true;
  const free: number[] = [];
  for (let partition = 0; partition < store.partitions; partition++) {
    if (await leases.acquire(partitionLease(partition))) free.push(partition);
  }
  try {
    if (free.length === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    else await projectFree(free, log, store, onProgress);
  } catch (error) {
    if (!(error instanceof StaleCheckpointError)) throw error;
  } finally {
    for (const partition of free) await leases.release(partitionLease(partition));
  }
  onProgress?.(position, head, 0);
  return false;
}

async function projectFree(
  free: readonly number[],
  log: EventLog,
  store: ReadStore,
  onProgress?: Progress,
): Promise<void> {
  await projectRest((await resumeTogether(log, store, free))!, log, onProgress);
}

async function projectRest(projector: Projector, log: EventLog, onProgress?: Progress): Promise<void> {
  let records = 0;
  for await (const batch of logBatches(log, projector.position)) {
    await projector.project(batch);
    records += batch.length;
    onProgress?.(projector.position, await log.head(), records);
  }
}

export interface RebuildReport {
  /** Position of the log up to which the new generation goes. */
  position: number;
  members: number;
  seconds: number;
}

/**
 * Makes the read store anew from the whole log, beside the live one, then swaps it in. Time is where the live one has
 * it. Stops at the first member whose fold throws, and leaves the live one as it is.
 */
export async function rebuild(log: EventLog, stores: ReadStores, onProgress?: Progress): Promise<RebuildReport> {
  const started = performance.now();
  const next = await stores.createNext();
  try {
    const projector = await catchUp(log, next, { onFailure: 'stop' }, onProgress);
    const members = await next.countMembers();
    await stores.publish(next);
    return { position: projector.position, members, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    await stores.discard(next);
    throw error;
  }
}
