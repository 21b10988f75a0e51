import type { EventLog } from '@perennial/event-log';
import type { Checkpoint, ReadStore } from '@perennial/read-store';
import { logBatches } from '../log-batches.js';
import { Projector } from '../projector.js';

/** Partitions that are at one checkpoint. */
interface Level {
  checkpoint: Checkpoint;
  partitions: number[];
}

/**
 * One projector for partitions that may have come to different places of the log: those behind are brought up to the
 * next ones until all are at one checkpoint, which then moves for all of them at once.
 * @param signal ends the work between two batches. @returns null when it did.
 * @throws StaleCheckpointError when another projector is at work on one of them.
 */
export async function resumeTogether(
  log: EventLog,
  store: ReadStore,
  partitions: readonly number[],
  signal?: AbortSignal,
): Promise<Projector | null> {
  for (;;) {
    const [lowest, next] = levelsOf(await store.checkpoints(), partitions);
    const projector = await Projector.resume(log, store, { onFailure: 'park', partitions: lowest.partitions });
    // Resuming settles what was left open, which may have brought it level with the next.
    if (next === undefined) return projector;
    for await (const batch of logBatches(log, projector.position, next.checkpoint.position)) {
      if (signal?.aborted) return null;
      await projector.project(batch);
    }
    if (signal?.aborted) return null;
  }
}

/** From the one behind all others on. */
function levelsOf(checkpoints: readonly Checkpoint[], partitions: readonly number[]): Level[] {
  const levels = new Map<string, Level>();
  for (const partition of partitions) {
    const checkpoint = checkpoints[partition];
    const key = `${checkpoint.position} ${checkpoint.settled} ${checkpoint.clock}`;
    const level = levels.get(key);
    if (level) level.partitions.push(partition);
    else levels.set(key, { checkpoint, partitions: [partition] });
  }
  return [...levels.values()].sort(
    (a, b) => a.checkpoint.position - b.checkpoint.position || a.checkpoint.settled - b.checkpoint.settled,
  );
}
