import { createGunzip } from 'node:zlib';

/** A compressed file breaks off or is damaged. Everything before that was given. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError';
}

type Chunks = AsyncIterable<Uint8Array>;

/** Bytes handed to the decompressor at once, so that even the best compressed file unfolds into little memory. */
const SLICE = 16 * 1024;

/**
 * Decompresses a gzip stream (told by its first two bytes) and leaves any other as it is. Streamed: memory does not grow
 * with the file.
 * @throws DamagedFileError when the compressed data ends early or makes no sense, after all that could be read.
 */
export async function* unzipped(chunks: Chunks): Chunks {
  const source = chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  for (let size = 0; size < 2;) {
    const next = await source.next();
    if (next.done) break;
    head.push(next.value);
    size += next.value.length;
  }
  const start = Buffer.concat(head);
  const all = resume(start, source);
  yield* start[0] === 0x1f && start[1] === 0x8b ? gunzip(all) : all;
}

async function* resume(start: Buffer, source: AsyncIterator<Uint8Array>): Chunks {
  if (start.length > 0) yield start;
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/**
 * Not a pipeline: a stream that fails drops what it has buffered, and here everything before the damage is wanted.
 */
async function* gunzip(chunks: Chunks): Chunks {
  const unzip = createGunzip();
  let output: Uint8Array[] = [];
  let failure: Error | null = null;
  let wake = (): void => {};
  unzip.on('data', (chunk: Buffer) => output.push(chunk));
  unzip.on('error', (error) => {
    failure = error;
    wake();
  });
  const step = (work: (done: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      work(resolve);
    });
  const drain = (): Uint8Array[] => {
    const ready = output;
    output = [];
    return ready;
  };
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length && failure === null; at += SLICE) {
        await step((done) => unzip.write(chunk.subarray(at, at + SLICE), done));
        yield* drain();
      }
      if (failure !== null) break;
    }
    if (failure === null) await step((done) => unzip.once('end', done).end());
    yield* drain();
    if (failure !== null) throw damaged(failure);
  } finally {
    unzip.destroy();
  }
}

function damaged(cause: Error): DamagedFileError {
  const endsEarly = 'code' in cause && cause.code === 'Z_BUF_ERROR';
  const what = endsEarly ? 'the compressed file ends early' : `the compressed file is damaged (${cause.message})`;
  return new DamagedFileError(`${what}: what stands before has been read; get a whole copy and import it again`, {
    cause,
  });
}
