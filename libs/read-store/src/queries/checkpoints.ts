import { type Checkpoint, StaleCheckpointError } from '../port.js';

/** @throws StaleCheckpointError when a partition is not where its writer took it to be. */
export function requireAt(expected: Checkpoint, actual: Checkpoint, partition: number): void {
  const { position, clock, settled } = actual;
  if (position === expected.position && clock === expected.clock && settled === expected.settled) return;
  throw new StaleCheckpointError(
    `Partition ${partition} of the read store is at position ${position}, clock ${clock}, not at position ` +
      `${expected.position}, clock ${expected.clock}: another projector writes`,
  );
}
