import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Failure } from '../failure.js';

/** A file to be read once from start to end. */
export interface InputFile {
  /** Bytes. */
  size: number;
  /** Bytes read so far. */
  read(): number;
  bytes: AsyncIterable<Uint8Array>;
}

/** @throws Failure when it cannot be read. */
export async function openInput(path: string): Promise<InputFile> {
  try {
    const { size } = await stat(path);
    const stream = createReadStream(path);
    return { size, read: () => stream.bytesRead, bytes: stream };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The JSON value that a file holds. @throws Failure when it cannot be read or is no JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${path} is not JSON: ${(error as SyntaxError).message}`);
  }
}

function unreadable(path: string, error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  return new Failure(code === 'ENOENT' ? `There is no file ${path}` : `${path} cannot be read: ${message}`);
}
