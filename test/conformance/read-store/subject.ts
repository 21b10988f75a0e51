import type { ReadStores } from '@perennial/read-store';

/** Read stores in an empty place, made anew for each test. */
export interface StoresUnderTest {
  stores: ReadStores;
  /** Other connections to the same place, as other processes have them; the test closes what it opens. */
  connect: (options?: { projectionVersion?: number; partitions?: number; readonly?: boolean }) => ReadStores;
  /** Resolves when every connection has had the time to see what was published. */
  swapSeen: () => Promise<void>;
  /** Closes `stores` and removes the place. */
  dispose: () => Promise<void>;
}

export type Subject = () => StoresUnderTest;
