import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { status, type ServerWritableStream, type ServiceError } from '@grpc/grpc-js';
import { serviceError } from './protocol.js';
import type { StoredEvents } from './stored-events.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Writes an answer and waits while the reader is slow. */
export async function give(call: ReadCall, answer: ReadResp): Promise<void> {
  if (call.write(answer) || call.cancelled) return;
  await new Promise<void>((resolve) => {
    const goOn = () => {
      call.off('drain', goOn).off('cancelled', goOn);
      resolve();
    };
    call.on('drain', goOn).on('cancelled', goOn);
  });
}

/** Index of the event at a position. @throws ServiceError when no event is there */
export function indexOf(events: StoredEvents, position: number): number {
  const index = events.indexOf(position);
  if (index === -1) throw unknown('InvalidPosition');
  return index;
}

/** What the server says to whatever it was not made for. */
export function unknown(result: string): ServiceError {
  return serviceError(status.UNKNOWN, `Unexpected ReadAllResult: ${result}`);
}
