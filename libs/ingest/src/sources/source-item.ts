import type { FieldError } from '@perennial/membership';

/** Something of a source that did not become a fact: one line of the file of rejected rows. */
export interface Rejection {
  /** Line of the file, counted from 1. */
  line: number;
  /** Message id, as far as it could be read. */
  id: string | null;
  /** A word to count by, such as `not-json`, `invalid`, `key-taken`, or a reason that a CSV map names. */
  reason: string;
  errors: FieldError[];
  /** The line as read: parsed where that went well, personal data left out, else the beginning of its text. */
  row: unknown;
}

/** One candidate for a fact, or what could not become one. */
export type SourceItem =
  | { line: number; input: unknown; row: unknown }
  /** `ends`: the source breaks off here; what came before is complete. */
  | { rejection: Rejection; ends?: boolean };

/** A file or stream of facts, in bounded batches. */
export type FactSource = AsyncIterable<SourceItem[]>;

/** How much of a line that cannot be read goes into the file of rejected rows, in UTF-16 units. */
const SAMPLE_LENGTH = 1000;

export function sampleOf(text: string): string {
  return text.length <= SAMPLE_LENGTH ? text : `${text.slice(0, SAMPLE_LENGTH)}…`;
}

/** The rejection of a line as a whole. */
export function rejectedLine(line: number, reason: string, message: string, row: unknown): SourceItem {
  return { rejection: { line, id: null, reason, errors: [{ path: '', message }], row } };
}
