import os from 'node:os';

/**
 * Lets this thread stand back where processors are short: requests are answered first, and the projection catches up a
 * moment later. On Linux the priority of "this process" is that of the calling thread; elsewhere it would be everybody's,
 * so it is left alone.
 */
export function standBack(): void {
  if (process.platform !== 'linux') return;
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: then all threads share alike.
  }
}
