/** How far the log has been looked through: the last record, to tell the log from another one. */
export interface LogPlace {
  position: number;
  /** Id of the record there; empty at the beginning. */
  recordId: string;
}

/** What became known of erasures. */
export interface ErasuresFound {
  /** Customers named by an erasure. */
  erased: Iterable<string>;
  /** Everybody whose key must not be there: those, and who is linked to them. */
  destroyed: Iterable<string>;
  /** Where the log was looked through up to. */
  place: LogPlace;
}

/** Everybody whom an erasure named up to a place in the log, if not further. */
export interface ErasuresKnown {
  erased: string[];
  place: LogPlace;
}

export type WrappedKey = [customerId: string, wrapped: Uint8Array];

/**
 * Wrapped keys of customers. Calls resolve when what they wrote is durable, and reject with KeysUnavailableError when it
 * cannot be read or written now.
 */
export interface KeyTable {
  /**
   * True once after another connection destroyed keys: what was remembered of keys may be wrong. An adapter may repeat what
   * it was told a moment ago; `isCurrent` says whether that is still good.
   */
  changedElsewhere(): Promise<boolean>;
  /** Whether keys may be used now by what `changedElsewhere` told last. */
  isCurrent(): boolean;
  /** Wrapped keys of the customers who have one. */
  find(customerIds: readonly string[]): Promise<WrappedKey[]>;
  /**
   * Adds keys of customers who have none; whoever has one, or had, keeps it.
   * @param masterFingerprint of the key that wrapped them; of no keys at all: of the key that is to wrap all to come.
   * @returns whose keys were added; null when the keys that are there were wrapped with another master key.
   */
  add(keys: ReadonlyMap<string, Uint8Array>, masterFingerprint: string): Promise<Set<string> | null>;
  /** Of the master key that the keys are wrapped with; null as long as there is none. */
  masterFingerprint(): Promise<string | null>;
  /** Customers whose key was destroyed. */
  destroyedIds(): Promise<string[]>;
  erasures(): Promise<ErasuresKnown>;
  /** Records erasures and destroys keys, all or nothing; afterwards those keys cannot be had from it any more. */
  settle(found: ErasuresFound): Promise<void>;
  close(): Promise<void>;
}

/** Where keys are. */
export interface KeyPlace {
  /** For people. */
  readonly name: string;
  /** Whether machines share it: then none of them makes a master key of its own. */
  readonly isShared: boolean;
  /** Opens it, and makes it where it is missing. @throws Error that says what is there, when it is something else. */
  open(): Promise<KeyTable>;
}
