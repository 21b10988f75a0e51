import type { EventLog } from '@perennial/event-log';

/** A log made for one test. */
export interface LogUnderTest {
  log: EventLog;
  /** Another connection to the same storage, while `log` is open or after it was closed. */
  reopen?: () => Promise<EventLog>;
  /** Closes what is still open and removes the storage. */
  dispose(): Promise<void>;
}

/** What every part of the suite is given: the log of the test that is running. */
export type Subject = () => LogUnderTest;
