import type { KeptFit } from './kept-fit.js';

/**
 * Fits, by version: 1, 2, … They are never changed. A fit can be made again from the log; what is lost with the store is
 * which one an old score came from.
 */
export abstract class FitStore {
  /** The newest fit, null when nothing was ever fitted. */
  abstract last(): Promise<KeptFit | null>;

  /** A fit by its version, null when there is none. */
  abstract find(version: number): Promise<KeptFit | null>;

  /** Keeps a fit as the next version: whole or not at all, also beside other processes that do the same. */
  abstract add(fit: Omit<KeptFit, 'version'>): Promise<KeptFit>;

  /** Gives up what it holds open. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
