import { isUtf8 } from 'node:buffer';
import { sampleOf } from './source-item.js';
import { DamagedFileError } from './unzip.js';

/** A line of text without its end; `problem` says why `text` is only the readable beginning of it. */
export interface Line {
  /** Counted from 1. */
  line: number;
  text: string;
  problem?: { reason: 'not-utf8' | 'too-long' | 'truncated'; message: string };
}

/** No line of facts is longer; one that is costs no more memory than this. Bytes. */
export const LONGEST_LINE = 1024 * 1024;

const NEWLINE = 10;
const BYTE_ORDER_MARK = 0xfeff;
/** Bytes kept of a line that is too long, for showing which one it is. */
const KEPT_OF_TOO_LONG = 4096;

/**
 * The lines of UTF-8 text, in batches. A line that is no UTF-8 or longer than `LONGEST_LINE` is reported and costs its
 * neighbours nothing. Where the bytes end in a DamagedFileError the last line says so.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of chunks) {
      const lines = splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    yield [splitter.breakOff(error.message)];
    return;
  }
  const last = splitter.end();
  if (last) yield [last];
}

class LineSplitter {
  #line = 0;
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #begunLength = 0;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    if (this.#begunLength > 0) {
      const end = chunk.indexOf(NEWLINE);
      this.#begin(end === -1 ? chunk : chunk.subarray(0, end));
      if (end === -1) return lines;
      lines.push(this.#finishBegun());
      start = end + 1;
    }
    const end = chunk.lastIndexOf(NEWLINE);
    if (end >= start) this.#split(chunk.subarray(start, end), lines);
    this.#begin(chunk.subarray(Math.max(start, end + 1)));
    return lines;
  }

  end(): Line | null {
    return this.#begunLength > 0 ? this.#finishBegun() : null;
  }

  breakOff(message: string): Line {
    const { line, text } = this.#finishBegun();
    return { line, text, problem: { reason: 'truncated', message } };
  }

  #begin(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const kept = this.#begunLength > LONGEST_LINE ? bytes.subarray(0, 0) : bytes;
    this.#begunLength += bytes.length;
    if (kept.length > 0) this.#begun.push(Buffer.from(kept));
    if (this.#begunLength > LONGEST_LINE) this.#begun = [Buffer.concat(this.#begun).subarray(0, KEPT_OF_TOO_LONG)];
  }

  #finishBegun(): Line {
    const bytes = Buffer.concat(this.#begun);
    const length = this.#begunLength;
    this.#begun = [];
    this.#begunLength = 0;
    return this.#read(bytes, length);
  }

  /** Whole lines, without the last line end. Decoded at once where they are sound, which is nearly always. */
  #split(block: Buffer, lines: Line[]): void {
    if (block.length <= LONGEST_LINE && isUtf8(block)) {
      for (const text of block.toString('utf8').split('\n')) lines.push(this.#sound(text));
      return;
    }
    for (let start = 0; start <= block.length;) {
      const next = block.indexOf(NEWLINE, start);
      const end = next === -1 ? block.length : next;
      lines.push(this.#read(block.subarray(start, end), end - start));
      start = end + 1;
    }
  }

  #read(bytes: Buffer, length: number): Line {
    const text = (): string => sampleOf(bytes.subarray(0, KEPT_OF_TOO_LONG).toString('utf8'));
    if (length > LONGEST_LINE) {
      const message = `is ${length} bytes long; at most ${LONGEST_LINE} are read`;
      return { line: ++this.#line, text: text(), problem: { reason: 'too-long', message } };
    }
    if (isUtf8(bytes)) return this.#sound(bytes.toString('utf8'));
    const message = 'is not UTF-8: save the file as UTF-8';
    return { line: ++this.#line, text: text(), problem: { reason: 'not-utf8', message } };
  }

  #sound(text: string): Line {
    const line = ++this.#line;
    const start = line === 1 && text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    return { line, text: start === 0 && end === text.length ? text : text.slice(start, end) };
  }
}
