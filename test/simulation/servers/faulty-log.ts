import type {
  AppendOutcome,
  EventLog,
  ExpectedRevision,
  LogRecord,
  NewRecord,
  ReadAllOptions,
  Subscription,
} from '@perennial/event-log';
import type { SimulatedProcess } from '../world/process.js';
import { FaultySubscription, type SubscriptionFaults } from './faulty-subscription.js';
import type { SimulatedServer } from './simulated-server.js';

/**
 * The log as one process has it: every call goes over the network, may be refused before anything is stored, or its
 * answer may get lost after everything was.
 */
export class FaultyLog implements EventLog {
  readonly enforcesKeys: boolean;

  constructor(
    private readonly process: SimulatedProcess,
    private readonly server: SimulatedServer,
    private readonly log: EventLog,
    private readonly faults: SubscriptionFaults,
  ) {
    this.enforcesKeys = log.enforcesKeys;
  }

  append(stream: string, records: NewRecord[], expected: ExpectedRevision) {
    const what = `append ${stream} ${idsOf(records)} at ${expected}`;
    return this.process.call(this.server, what, () => this.log.append(stream, records, expected));
  }

  appendFacts(records: NewRecord[]): Promise<AppendOutcome[]> {
    return this.process.call(this.server, `append ${idsOf(records)}`, () => this.log.appendFacts(records));
  }

  readStream(stream: string, options?: { after?: number; limit?: number }): Promise<LogRecord[]> {
    const what = `read ${stream} after ${options?.after ?? 0}`;
    return this.process.call(this.server, what, () => this.log.readStream(stream, options));
  }

  streamRevision(stream: string): Promise<number> {
    return this.process.call(this.server, `revision of ${stream}`, () => this.log.streamRevision(stream));
  }

  readAll(options?: ReadAllOptions): Promise<LogRecord[]> {
    return this.process.call(this.server, `read after ${options?.after ?? 0}`, () => this.log.readAll(options));
  }

  head(): Promise<number> {
    return this.process.call(this.server, 'head of the log', () => this.log.head());
  }

  recordAt(position: number): Promise<LogRecord | null> {
    return this.process.call(this.server, `record at ${position}`, () => this.log.recordAt(position));
  }

  hasCustomerFacts(): Promise<boolean> {
    return this.process.call(this.server, 'has facts', () => this.log.hasCustomerFacts());
  }

  findById(id: string, stream?: string): Promise<LogRecord | null> {
    return this.process.call(this.server, `find ${id}`, () => this.log.findById(id, stream));
  }

  subscribe(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription {
    return new FaultySubscription(this, this.process, this.faults, after, handler);
  }

  /** Of what the process itself remembers. */
  async disregard(stream: string, positions: ReadonlySet<number>): Promise<void> {
    await this.log.disregard?.(stream, positions);
  }

  /** The server goes on. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function idsOf(records: readonly NewRecord[]): string {
  return records.map(({ id }) => id).join();
}
