import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Whoever read the output has closed it (`| head`): nothing is left to do, and nothing is wrong. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

/** Text written at once, in UTF-16 units. */
const CHUNK = 64 * 1024;

/** Results on their way to a stream: gathered into larger pieces, never faster than the stream takes them. */
export class Output {
  readonly #stream: Writable;
  #pending: string[] = [];
  #length = 0;
  #closed = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed = true;
    });
  }

  /** @throws OutputClosedError */
  async line(text: string): Promise<void> {
    this.#pending.push(text, '\n');
    this.#length += text.length + 1;
    if (this.#length >= CHUNK) await this.flush();
  }

  /** @throws OutputClosedError */
  async flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#length = 0;
    if (this.#closed) throw new OutputClosedError('The output was closed');
    if (text === '' || this.#stream.write(text)) return;
    try {
      await once(this.#stream, 'drain');
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EPIPE' ? new OutputClosedError('The output was closed') : error;
    }
  }
}
