/**
 * How the rows of a table become facts: the document that `--map` names (docs/csv-maps.md).
 */
export interface CsvMap {
  description?: string;
  /** One character (default `,`), or `whitespace` for columns set apart by any number of blanks. */
  separator: string;
  /** The first row names the columns. Default true. */
  header: boolean;
  /** Names of the columns, in place of the header's. */
  columns?: string[];
  /** Rows that become no fact: the first rule whose conditions all hold names the reason. */
  setAside: SetAsideRule[];
  /** Rows that belong together make their facts together. */
  group?: { by: string; same: string[] };
  facts: FactRule[];
}

export interface SetAsideRule {
  reason: string;
  when: Condition[];
}

export interface FactRule {
  /** Default: always. For a group, of its first row. */
  when: Condition[];
  /** The fact of SPEC Appendix A with expressions in place of values. */
  fact: Record<string, unknown>;
}

/** What must hold for a cell; every test given must. Numbers compare as numbers; a cell without one is neither. */
export interface Condition {
  column: string;
  is?: string[];
  startsWith?: string;
  below?: number;
  above?: number;
}
