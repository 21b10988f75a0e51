import { appendConformance } from './event-log/append.js';
import { factConformance } from './event-log/facts.js';
import { readConformance } from './event-log/read.js';
import { reopenConformance } from './event-log/reopen.js';
import type { LogUnderTest, Subject } from './event-log/subject.js';
import { subscribeConformance } from './event-log/subscribe.js';
import { uniquenessConformance } from './event-log/uniqueness.js';

export interface LogCapabilities {
  /** Storage outlives the log object: `reopen` is there. */
  reopen: boolean;
  /** Message ids and natural keys are unique in what one process writes to the log, and found again by id. */
  uniqueness: boolean;
  /** Facts of one call stand in the log in the order of the call, and not only within their streams. */
  callOrder: boolean;
}

/**
 * The behaviour that every adapter of the event log has, written once against the port. Positions are only compared:
 * they may have gaps.
 */
export function eventLogConformance(
  name: string,
  create: () => Promise<LogUnderTest>,
  capabilities: LogCapabilities,
): void {
  describe(`event log conformance: ${name}`, () => {
    let current: LogUnderTest;
    const subject: Subject = () => current;

    beforeEach(async () => {
      current = await create();
    });
    afterEach(async () => {
      await current.dispose();
    });

    appendConformance(subject);
    factConformance(subject, capabilities.callOrder);
    readConformance(subject);
    subscribeConformance(subject);
    if (capabilities.reopen) reopenConformance(subject);
    if (capabilities.uniqueness) uniquenessConformance(subject);
  });
}
