import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Connection } from './connection.js';
import { text, UnreadableEventError } from './event-form.js';
import { persistently, type Patience } from './retry.js';

/** An event as the server gives it. */
export type Event = ReadResp.ReadEvent.RecordedEvent;

/** The name of an event's stream on the server. */
export function streamNameOf(event: Event): string {
  return text(event.getStreamIdentifier()!.getStreamName_asU8());
}

/** Reads of the server, each with a deadline, made again when the server is away for a moment. */
export class EventReads {
  constructor(
    private readonly connection: Connection,
    private readonly deadlineMs: number,
    private readonly patience: Patience,
  ) {}

  /**
   * The events of one read, each taken up as it comes: the server's messages are large.
   * @param what is not possible while the server is away.
   * @param otherwise what an answer stands for that is an error; throws what is none of its business.
   * @throws LogUnavailableError; UnreadableEventError when `take` throws.
   */
  events<T>(
    what: string,
    request: ReadReq,
    take: (event: Event) => T,
    otherwise: (error: Error) => T[] = rethrow,
  ): Promise<T[]> {
    const read = () => this.#once(request, take).catch(otherwise);
    return persistently(what, this.patience, () => this.connection.reads.pass(read));
  }

  #once<T>(request: ReadReq, take: (event: Event) => T): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const taken: T[] = [];
      let cancel = () => {};
      const fail = (error: Error) => {
        clearTimeout(silence);
        reject(error);
        cancel();
      };
      const silence = setTimeout(
        () => fail(new Error(`The server was silent for ${this.deadlineMs} ms`)),
        this.deadlineMs,
      );
      this.connection.calls
        .read(request, (call) => {
          cancel = () => call.cancel();
          call
            .on('data', (answer: ReadResp) => {
              silence.refresh();
              const event = answer.getEvent()?.getEvent();
              if (!event) return;
              try {
                taken.push(take(event));
              } catch (error) {
                fail(new UnreadableEventError(error));
              }
            })
            .on('error', fail)
            .on('end', () => {
              clearTimeout(silence);
              resolve(taken);
            });
        })
        .catch(fail);
    });
  }
}

function rethrow(error: Error): never {
  throw error;
}
