import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const GENERATION_FILE = /^read-(\d{6,})\.db(-wal|-shm|-journal)?$/;
const POINTER_LINE = /^read-(\d{6,})\.db\n$/;
/** How long one process waits for another that creates or publishes a generation, milliseconds. */
const LOCK_TIMEOUT_MS = 30_000;

/**
 * The files of the generations, `read-000001.db` and so on, and `read.current`, which names the live one.
 * A number that was live is not used again, so a connection still open on a dropped file never touches another's.
 */
export class GenerationDirectory {
  readonly #pointer: string;

  constructor(private readonly directory: string) {
    this.#pointer = join(directory, 'read.current');
  }

  path(generation: number): string {
    return join(this.directory, fileName(generation));
  }

  /** The generation that `read.current` names; null when there is none. @throws Error when it names nothing. */
  pointer(): number | null {
    const line = readIfExists(this.#pointer);
    if (line === null) return null;
    const match = POINTER_LINE.exec(line);
    if (match) return Number(match[1]);
    throw new Error(`${this.#pointer} names no read store; delete it: the read store is made anew from the log`);
  }

  /** Readers find the old name or the new one, also after a power failure. */
  pointTo(generation: number): void {
    const next = `${this.#pointer}.next`;
    writeFileSync(next, `${fileName(generation)}\n`, { flush: true });
    renameSync(next, this.#pointer);
    // Elsewhere a directory cannot be opened, and renames are in a journal.
    if (process.platform !== 'win32') syncDirectory(this.directory);
  }

  /** Generations of which there is a file, in ascending order. */
  onDisk(): number[] {
    const numbers = readdirSync(this.directory).map((name) => Number(GENERATION_FILE.exec(name)?.[1] ?? NaN));
    return [...new Set(numbers)].filter((number) => !Number.isNaN(number)).sort((a, b) => a - b);
  }

  unusedNumber(): number {
    return 1 + Math.max(0, this.pointer() ?? 0, ...this.onDisk());
  }

  /** Deletes a generation's files; what cannot be deleted now (Windows: somebody reads it) is left for the next time. */
  remove(generation: number): void {
    for (const suffix of ['', '-wal', '-shm', '-journal']) {
      try {
        rmSync(this.path(generation) + suffix, { force: true });
      } catch (error) {
        if (!['EBUSY', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
  }

  /**
   * Nobody else creates, publishes or removes generations meanwhile: in this process, in another, in any thread.
   * SQLite locks a file on every system and lets go when the process dies.
   */
  exclusively<T>(work: () => T): T {
    const lock = new Database(join(this.directory, 'read.lock'), { timeout: LOCK_TIMEOUT_MS });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return work();
    } finally {
      lock.close();
    }
  }
}

function fileName(generation: number): string {
  return `read-${String(generation).padStart(6, '0')}.db`;
}

function readIfExists(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
