/** What an import did. */
export interface ImportReport {
  /** What the source gave: lines of JSON; of a table the facts that rows made, and the rows that made none. */
  read: number;
  /** Facts that are new in the log. */
  added: number;
  /** Programs that were published. */
  programs: number;
  /** Facts that the log already held with equal content. */
  known: number;
  /** How many were set aside, by reason. */
  setAside: Map<string, number>;
  /** False when the source broke off: import a whole copy again, what is known stays as it is. */
  complete: boolean;
}

export function emptyReport(): ImportReport {
  return { read: 0, added: 0, programs: 0, known: 0, setAside: new Map(), complete: true };
}

export function setAsideTotal(report: ImportReport): number {
  return [...report.setAside.values()].reduce((sum, count) => sum + count, 0);
}
