import { READ_PAGE } from '../paging.js';
import {
  LogClosedError,
  type AppendOutcome,
  type EventLog,
  type ExpectedRevision,
  type LogRecord,
  type NewRecord,
  type ReadAllOptions,
  type Subscription,
} from '../port.js';
import { ClaimedAppends } from './claimed-appends.js';
import { ClaimedSubscription, type Wait, wait } from './claimed-subscription.js';
import { Judge } from './judge.js';
import { idName } from './names.js';
import type { ClaimStore, Range } from './port.js';

/** Records read at least, where some of a page did not stand and the rest of it is to be filled. */
const LEAST_READ = 100;

/**
 * A log in which message ids and natural keys are unique for ever, made of one that cannot see to it: of records with one
 * id or key the first stands, and no other is ever given. What is taken already is not written at all, as far as the log
 * is judged; what two processes write at the same moment is judged when it is read, and is then set aside, visible in
 * the claims.
 *
 * Reading a stream waits for no judgement: records that are not judged yet count as standing. Revisions count all records.
 * @param options.wait how subscriptions wait while the claims are away; default: real time.
 * @throws TypeError when the log sees to it by itself.
 */
export function withClaims(log: EventLog, claims: ClaimStore, options: { wait?: Wait } = {}): EventLog {
  if (log.enforcesKeys) throw new TypeError('This log enforces keys by itself: it needs no claims');
  return new ClaimedLog(log, claims, options.wait ?? wait);
}

class ClaimedLog implements EventLog {
  readonly enforcesKeys = true;
  readonly #judge: Judge;
  readonly #appends: ClaimedAppends;
  readonly #subscriptions = new Set<ClaimedSubscription>();
  readonly #running = new Set<Promise<unknown>>();
  #hasCustomerFacts = false;
  #closed = false;
  #closing: Promise<void> | null = null;

  constructor(
    private readonly log: EventLog,
    private readonly claims: ClaimStore,
    private readonly wait: Wait,
  ) {
    this.#judge = new Judge(log, claims);
    this.#appends = new ClaimedAppends(log, this.#judge);
  }

  append(
    stream: string,
    records: NewRecord[],
    expected: ExpectedRevision,
  ): Promise<{ revision: number; position: number }> {
    return this.#answer(() => this.#appends.append(stream, records, expected));
  }

  appendFacts(records: NewRecord[]): Promise<AppendOutcome[]> {
    return this.#answer(() => this.#appends.appendFacts(records));
  }

  readStream(stream: string, { after = 0, limit = Infinity } = {}): Promise<LogRecord[]> {
    return this.#answer(() =>
      fill(after, limit, async (from, most) => {
        const page = await this.log.readStream(stream, { after: from, limit: most });
        return { page, standing: await this.#standing(page, { after: from, stream }) };
      }),
    );
  }

  streamRevision(stream: string): Promise<number> {
    return this.#answer(() => this.log.streamRevision(stream));
  }

  readAll({ after = 0, limit = READ_PAGE, types }: ReadAllOptions = {}): Promise<LogRecord[]> {
    return this.#answer(() =>
      fill(after, limit, async (from, most) => {
        const page = await this.log.readAll({ after: from, limit: most, types });
        // Of some types only it is not all that there is: what lies between is read to be judged.
        if (types !== undefined && page.length > 0) await this.#judge.reach(page.at(-1)!.position);
        return { page, standing: await this.#judged(from, page) };
      }),
    );
  }

  head(): Promise<number> {
    return this.#answer(async () => {
      const position = await this.log.head();
      await this.#judge.reach(position);
      return (await this.#judge.asides({ after: position - 1, upTo: position })).get(position) ?? position;
    });
  }

  recordAt(position: number): Promise<LogRecord | null> {
    return this.#answer(async () => {
      const record = await this.log.recordAt(position);
      if (record === null) return null;
      await this.#judge.reach(position);
      const asides = await this.#judge.asides({ after: position - 1, upTo: position });
      return asides.has(position) ? null : record;
    });
  }

  hasCustomerFacts(): Promise<boolean> {
    return this.#answer(async () => {
      if (this.#hasCustomerFacts) return true;
      if (!(await this.log.hasCustomerFacts())) return false;
      for (let after = 0; ;) {
        const page = await this.log.readAll({ after });
        const standing = await this.#judged(after, page);
        if (standing.some(({ customerId }) => customerId !== null)) return (this.#hasCustomerFacts = true);
        if (page.length < READ_PAGE) return false;
        after = page.at(-1)!.position;
      }
    });
  }

  /** The claims know where it is, so no stream is needed to look in. */
  findById(id: string): Promise<LogRecord | null> {
    return this.#answer(async () => {
      const names = [idName(id)];
      const [known] = (await this.#judge.holders(names)).values();
      if (known) return known;
      const judged = this.#judge.position;
      await this.#judge.reach(await this.log.head());
      if (this.#judge.position === judged) return null;
      const [found] = (await this.#judge.holders(names)).values();
      return found ?? null;
    });
  }

  subscribe(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription {
    if (this.#closed) throw new LogClosedError();
    const judged = (from: number, batch: LogRecord[]) => this.#judged(from, batch);
    const subscription = new ClaimedSubscription(this.log, after, judged, handler, this.wait, () =>
      this.#subscriptions.delete(subscription),
    );
    this.#subscriptions.add(subscription);
    return subscription;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    // A handler that is running may still append: its append is answered before the log ends.
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    this.#closed = true;
    await Promise.allSettled([...this.#running]);
    // What cannot be kept now is judged again by whoever comes next.
    await this.#judge.close().catch(() => undefined);
    await this.log.close();
    await this.claims.close();
  }

  /** Of all records behind a position, those that stand. */
  async #judged(after: number, page: LogRecord[]): Promise<LogRecord[]> {
    await this.#judge.judge(after, page);
    return this.#standing(page, { after });
  }

  /** Without those that are known not to stand. */
  async #standing(page: LogRecord[], range: Omit<Range, 'upTo'>): Promise<LogRecord[]> {
    if (page.length === 0) return page;
    const asides = await this.#judge.asides({ ...range, upTo: page.at(-1)!.position });
    return asides.size === 0 ? page : page.filter(({ position }) => !asides.has(position));
  }

  /** Begins the work in this turn; whatever it throws becomes a rejection. */
  async #answer<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new LogClosedError();
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}

/** Reads on until there are as many that stand as asked for: fewer say that the end is reached. */
async function fill(
  after: number,
  limit: number,
  read: (after: number, limit: number) => Promise<{ page: LogRecord[]; standing: LogRecord[] }>,
): Promise<LogRecord[]> {
  let records: LogRecord[] | null = null;
  for (let from = after, most = limit; ;) {
    const { page, standing } = await read(from, most);
    records = records === null ? standing : [...records, ...standing];
    if (records.length >= limit) return records.length > limit ? records.slice(0, limit) : records;
    if (page.length < most) return records;
    from = page.at(-1)!.position;
    most = Math.max(limit - records.length, Math.min(limit, LEAST_READ));
  }
}
