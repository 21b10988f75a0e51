import type { EventLog } from '@perennial/event-log';
import type { ReadStore, ReadStores } from '@perennial/read-store';
import { logBatches } from './log-batches.js';
import { Projector, type ProjectorOptions } from './projector.js';

export type Progress = (position: number, head: number) => void;

/** Projects everything that the log holds into a store; afterwards its checkpoint is at the head. */
export async function catchUp(
  log: EventLog,
  store: ReadStore,
  options: ProjectorOptions,
  onProgress?: Progress,
): Promise<Projector> {
  const projector = await Projector.resume(log, store, options);
  for await (const batch of logBatches(log, projector.position)) {
    await projector.project(batch);
    onProgress?.(projector.position, await log.head());
  }
  return projector;
}

/**
 * The live generation, caught up with the log; a store that an older program made is rebuilt first.
 * @throws StaleCheckpointError when another projector is at work on it.
 */
export async function catchUpLive(log: EventLog, stores: ReadStores, onProgress?: Progress): Promise<Projector> {
  let store = await stores.current();
  if (store.needsRebuild) {
    await rebuild(log, stores, onProgress);
    store = await stores.current();
  }
  return catchUp(log, store, { onFailure: 'park' }, onProgress);
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
