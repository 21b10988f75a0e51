import { NameQueues } from './name-queues.js';

/** Which stream holds a message id or natural key, of the streams that are in memory. */
export class KnownRecords {
  /** For those who are about to write one. */
  readonly queues = new NameQueues();
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, { stream: string; id: string }>();

  /** The first stays: it stands, whatever comes later. */
  add(stream: string, id: string, key: string | undefined): void {
    if (!this.#ids.has(id)) this.#ids.set(id, stream);
    if (key !== undefined && !this.#keys.has(key)) this.#keys.set(key, { stream, id });
  }

  remove(stream: string, id: string, key: string | undefined): void {
    if (this.#ids.get(id) === stream) this.#ids.delete(id);
    if (key !== undefined && this.#keys.get(key)?.stream === stream) this.#keys.delete(key);
  }

  streamOfId(id: string): string | null {
    return this.#ids.get(id) ?? null;
  }

  holderOfKey(key: string): { stream: string; id: string } | null {
    return this.#keys.get(key) ?? null;
  }

  get size(): number {
    return this.#ids.size;
  }
}
