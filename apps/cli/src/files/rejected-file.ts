import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Rejection } from '@perennial/ingest';

const CHUNK = 64 * 1024;

/**
 * The file of what an import set aside: a line of JSON each. It is there only when there is something in it; one of an
 * earlier import is replaced.
 */
export class RejectedFile {
  readonly path: string;
  #file: FileHandle | null = null;
  #pending: string[] = [];
  #length = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async replace(path: string): Promise<RejectedFile> {
    await rm(path, { force: true });
    return new RejectedFile(path);
  }

  /** Undefined unless something must be waited for. */
  add(rejection: Rejection): Promise<void> | undefined {
    const line = `${JSON.stringify(rejection)}\n`;
    this.#pending.push(line);
    this.#length += line.length;
    return this.#length < CHUNK ? undefined : this.#write();
  }

  async close(): Promise<void> {
    if (this.#length > 0) await this.#write();
    await this.#file?.close();
  }

  async #write(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#length = 0;
    if (this.#file === null) {
      await mkdir(dirname(this.path), { recursive: true });
      // Lines that could not be read may hold anything.
      this.#file = await open(this.path, 'w', 0o600);
    }
    await this.#file.appendFile(text);
  }
}
