import { randomUUID } from 'node:crypto';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { appendRequest, correlationOf, readAnswer, type AppendedPlace } from './append-messages.js';
import type { SentEvent } from './sent-event.js';
import type { BatchAppendCall, ServerCalls } from './server-calls.js';
import type { StreamNames } from './stream-names.js';

interface Sent {
  /** When it counts as lost, by performance.now(). */
  expires: number;
  resolve: (place: AppendedPlace) => void;
  reject: (error: unknown) => void;
}

/** One running call and what was sent on it and not answered. */
class Line {
  readonly sent = new Map<string, Sent>();
  readonly call: Promise<BatchAppendCall>;
  #ended = false;

  constructor(
    calls: ServerCalls,
    private readonly onEnd: () => void,
  ) {
    this.call = calls.batchAppend((call) => {
      call
        .on('data', (answer: BatchAppendResp) => this.#answered(answer))
        .on('error', (error) => this.fail(error))
        .on('end', () => this.fail(new Error('The server ended the call')));
    });
    this.call.catch((error: unknown) => this.fail(error));
  }

  #answered(answer: BatchAppendResp): void {
    const id = correlationOf(answer);
    const sent = this.sent.get(id);
    // Unknown when it was given up before: it is being tried again, with the same ids.
    if (!sent) return;
    this.sent.delete(id);
    try {
      sent.resolve(readAnswer(answer));
    } catch (error) {
      sent.reject(error);
    }
  }

  /** Of what was not answered it is not known whether it was written. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
    for (const { reject } of this.sent.values()) reject(error);
    this.sent.clear();
  }
}

/**
 * Appends, many in flight on one call; the server takes them in the order in which they were sent. An append that is
 * rejected with anything but a WrongRevisionAnswer or RefusedByServerError may have been written.
 */
export class BatchAppends {
  #line: Line | null = null;
  #sweep: NodeJS.Timeout | null = null;

  /** @param deadlineMs how long an answer may take: servers that hang never say so. */
  constructor(
    private readonly calls: ServerCalls,
    private readonly names: StreamNames,
    private readonly deadlineMs: number,
  ) {}

  /** @param expected revision of the stream's last event, -1 when the stream must not exist. */
  async append(stream: string, expected: number, events: readonly SentEvent[]): Promise<AppendedPlace> {
    const line = (this.#line ??= this.#open());
    const id = randomUUID();
    const answered = new Promise<AppendedPlace>((resolve, reject) => {
      line.sent.set(id, { expires: performance.now() + this.deadlineMs, resolve, reject });
    });
    // Sent in the order of the calls: the continuations of one promise run in the order in which they were made.
    line.call.then(
      (call) => line.sent.has(id) && call.write(appendRequest(id, this.names.onServer(stream), expected, events)),
      () => undefined,
    );
    return answered;
  }

  #open(): Line {
    const line = new Line(this.calls, () => {
      if (this.#line === line) this.#line = null;
    });
    this.#sweep ??= setInterval(() => this.#endLate(), this.deadlineMs / 4).unref();
    return line;
  }

  /** Ends the call when its oldest append is overdue: on a line that is silent nothing else is answered either. */
  #endLate(): void {
    const line = this.#line;
    const oldest = line?.sent.values().next().value;
    if (!line || !oldest || oldest.expires > performance.now()) return;
    line.fail(new Error(`The server did not answer within ${this.deadlineMs} ms`));
    line.call.then(
      (call) => call.cancel(),
      () => undefined,
    );
  }

  /** Ends the call; what is not answered is rejected. */
  async close(): Promise<void> {
    if (this.#sweep) clearInterval(this.#sweep);
    const line = this.#line;
    if (!line) return;
    line.fail(new Error('The connection was closed'));
    await line.call.then(
      (call) => void call.cancel(),
      () => undefined,
    );
  }
}
