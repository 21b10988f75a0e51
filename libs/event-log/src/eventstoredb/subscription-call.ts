import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from '../port.js';
import { toStoredEvent, UnreadableEventError } from './event-form.js';
import { streamNameOf } from './event-reads.js';
import { subscriptionRequest } from './read-messages.js';
import type { ReadCall, ServerCalls } from './server-calls.js';
import type { StreamNames } from './stream-names.js';

/** What a subscription brings, in the server's order. */
type Item = LogRecord | { checkpoint: number };

/** What can be handed over at once. */
export interface Delivery {
  records: LogRecord[];
  /** Everything up to this position is in this delivery or those before it; null when the server said nothing new. */
  checkpoint: number | null;
}

/** Held back by the consumer from here on, and let flow again from there. */
const FULL = 4_000;
const LOW = 1_000;
/** Records of one delivery at most. */
const MOST_RECORDS = 2_000;

/**
 * One subscription call to the server: it fills a bounded queue and is held back when that is full. It never starts
 * again by itself: after an error or an end `next` rejects.
 */
export class SubscriptionCall {
  readonly #queue: Item[] = [];
  /** Position of the last record taken. */
  #last: number;
  #failure: Error | null = null;
  #call: ReadCall | null = null;
  #wake: (() => void) | null = null;
  #confirmation: NodeJS.Timeout;
  /** Changes with everything that comes: who looks now and then sees whether it is silent. */
  received = 0;

  /** @param after position of an event, 0 for the start. @param deadlineMs how long the server may take to begin. */
  constructor(
    calls: ServerCalls,
    private readonly names: StreamNames,
    after: number,
    deadlineMs: number,
  ) {
    this.#last = after;
    const late = new Error(`The server did not begin the subscription within ${deadlineMs} ms`);
    this.#confirmation = setTimeout(() => this.end(late), deadlineMs);
    calls
      .read(subscriptionRequest(after === 0 ? 'start' : after, names.prefixes), (call) => {
        this.#call = call;
        call
          .on('data', (answer: ReadResp) => this.#take(answer))
          .on('error', (error: Error) => this.end(error))
          .on('end', () => this.end(new Error('The server ended the subscription')));
      })
      .catch((error: Error) => this.end(error));
  }

  #take(answer: ReadResp): void {
    clearTimeout(this.#confirmation);
    this.received++;
    const event = answer.getEvent()?.getEvent();
    const checkpoint = answer.getCheckpoint();
    try {
      if (event) {
        const stream = this.names.inLog(streamNameOf(event));
        if (stream !== null) this.#takeRecord(toStoredEvent(stream, event).record);
      } else if (checkpoint) {
        this.#queue.push({ checkpoint: Number(checkpoint.getCommitPosition()) });
      } else return;
    } catch (error) {
      this.end(new UnreadableEventError(error));
      return;
    }
    if (this.#queue.length >= FULL) this.#call?.pause();
    this.#wake?.();
  }

  /** Servers have given records twice, at the seam between stored and live. */
  #takeRecord(record: LogRecord): void {
    if (record.position <= this.#last) return;
    this.#last = record.position;
    this.#queue.push(record);
  }

  /** Ends the call; what is in the queue is still given. */
  end(reason: Error): void {
    clearTimeout(this.#confirmation);
    if (this.#failure) return;
    this.#failure = reason;
    this.#call?.cancel();
    this.#wake?.();
  }

  /** Waits until there is something. @throws what ended the call, when nothing is left. */
  async next(): Promise<Delivery> {
    while (this.#queue.length === 0) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
    const delivery: Delivery = { records: [], checkpoint: null };
    let taken = 0;
    for (; taken < this.#queue.length && delivery.records.length < MOST_RECORDS; taken++) {
      const item = this.#queue[taken];
      if ('checkpoint' in item) delivery.checkpoint = item.checkpoint;
      else delivery.records.push(item);
    }
    this.#queue.splice(0, taken);
    if (this.#queue.length < LOW) this.#call?.resume();
    return delivery;
  }
}
