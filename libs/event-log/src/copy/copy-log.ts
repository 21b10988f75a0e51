import type { EventLog, LogRecord } from '../port.js';
import type { OrderedWriter } from './ordered-writer.js';
import { differenceOf } from './record-copy.js';

const PAGE = 2_000;
/** Differences that are described. */
const MOST_DESCRIBED = 20;

export interface CopyReport {
  /** Records that the other log held already. */
  there: number;
  copied: number;
  /** Position of the last record in the source. */
  position: number;
  /** Of copying alone. */
  seconds: number;
}

export interface Comparison {
  /** Records that were compared. */
  records: number;
  different: number;
  /** What differs, the first few. */
  descriptions: string[];
}

/** The log that is copied to, and what writes to it. */
export interface CopyTarget {
  log: EventLog;
  writer: OrderedWriter;
}

/** @param position in the source. @param records how many that is. */
export type CopyProgress = (position: number, records: number) => void;

/** The other log holds something else than the beginning of this one. */
export class ForeignTargetError extends Error {
  override readonly name = 'ForeignTargetError';
}

/**
 * Copies what a log holds into another one: every record as it is, in its stream and in the order of the log. What is
 * there already, from an earlier run that was cut off, is compared and gone on from.
 * @throws ForeignTargetError when the other log holds something else; what `writer.write` throws.
 */
export async function copyLog(
  source: EventLog,
  target: CopyTarget,
  onProgress: CopyProgress = () => undefined,
): Promise<CopyReport> {
  let position = 0;
  let there = 0;
  for await (const held of pages(target.log)) {
    const page = await source.readAll({ after: position, limit: held.length });
    for (const [i, record] of held.entries()) {
      requireSame(page.at(i), record, there + i + 1, target.writer.keepsRevisions);
    }
    position = page.at(-1)!.position;
    there += held.length;
    onProgress(position, there);
  }
  const started = performance.now();
  let copied = 0;
  for await (const page of pages(source, position)) {
    await target.writer.write(page);
    position = page.at(-1)!.position;
    copied += page.length;
    onProgress(position, there + copied);
  }
  return { there, copied, position, seconds: (performance.now() - started) / 1000 };
}

function requireSame(wanted: LogRecord | undefined, held: LogRecord, n: number, revisions: boolean): void {
  const difference = wanted ? differenceOf(wanted, held, revisions) : 'id';
  if (difference === null) return;
  const name = `record ${n} of it is ${held.id} of stream ${held.stream}`;
  throw new ForeignTargetError(
    wanted && difference !== 'id' && difference !== 'stream'
      ? `The log to copy to holds other records: ${name} with another ${difference}`
      : `The log to copy to holds other records: ${name}, where this log has ${wanted ? `${wanted.id} of stream ${wanted.stream}` : 'nothing'}`,
  );
}

/** Compares two logs record by record. @param upTo position in the first one at which it ends. */
export async function compareLogs(
  source: EventLog,
  target: CopyTarget,
  upTo = Infinity,
  onProgress: CopyProgress = () => undefined,
): Promise<Comparison> {
  const result: Comparison = { records: 0, different: 0, descriptions: [] };
  const differs = (what: string) => {
    result.different++;
    if (result.descriptions.length < MOST_DESCRIBED) result.descriptions.push(what);
  };
  let after = 0;
  for await (const page of pages(source)) {
    const wanted = page.filter(({ position }) => position <= upTo);
    const held = await target.log.readAll({ after, limit: wanted.length });
    for (const [i, other] of held.entries()) {
      const difference = differenceOf(wanted[i], other, target.writer.keepsRevisions);
      if (difference !== null) differs(described(wanted[i], other, difference));
    }
    result.records += held.length;
    onProgress(page.at(-1)!.position, result.records);
    if (held.length < wanted.length) {
      const { id, stream } = wanted[held.length];
      differs(`${id} of stream ${stream} is missing, and all that comes after it`);
      return result;
    }
    after = held.at(-1)?.position ?? after;
    if (wanted.length < page.length) break;
  }
  for await (const more of pages(target.log, after)) {
    for (const { id, stream } of more) differs(`${id} of stream ${stream} is in the copy only`);
  }
  return result;
}

function described(record: LogRecord, other: LogRecord, difference: string): string {
  const name = `${record.id} of stream ${record.stream}`;
  if (difference === 'id' || difference === 'stream') return `${name} is missing here: ${other.id} stands in its place`;
  return `${name} has another ${difference}`;
}

async function* pages(log: EventLog, after = 0): AsyncGenerator<LogRecord[]> {
  for (let position = after; ;) {
    const page = await log.readAll({ after: position, limit: PAGE });
    if (page.length === 0) return;
    yield page;
    position = page.at(-1)!.position;
  }
}
