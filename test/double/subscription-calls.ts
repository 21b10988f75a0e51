import { randomUUID } from 'node:crypto';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import type { ServerSide } from './append-calls.js';
import { filterOf } from './event-filter.js';
import { checkpoint, confirmation, eventAnswer, nameOf } from './protocol.js';
import { give, indexOf, type ReadCall } from './read-answers.js';
import type { StoredEvent } from './stored-events.js';

/** Running subscriptions, so that a test can end them. */
const running = new WeakMap<ServerSide, Set<ReadCall>>();

/** What is followed: event number n from 0, and the one with which it begins. */
interface Followed {
  at(n: number): StoredEvent | undefined;
  first: number;
}

function followedLog({ events, subscribedBehind }: ServerSide, options: ReadReq.Options): Followed {
  const target = options.getAll()!;
  const behind = target.hasPosition() ? Number(target.getPosition()!.getCommitPosition()) : 0;
  let first = 0;
  if (target.hasEnd()) first = events.all.length;
  if (target.hasPosition()) first = indexOf(events, behind) + 1;
  subscribedBehind.push(behind);
  return { at: (n) => events.all[n], first };
}

function followedStream({ events }: ServerSide, options: ReadReq.Options): Followed {
  const target = options.getStream()!;
  const name = nameOf(target.getStreamIdentifier());
  let first = 0;
  if (target.hasEnd()) first = events.visible(name)?.length ?? 0;
  if (target.hasRevision()) first = Number(target.getRevision()) + 1;
  return { at: (n) => events.at(name, n), first };
}

/**
 * A subscription to the log or to a stream: what is stored behind a place, then what is appended, for ever. Filtered ones
 * tell a checkpoint whenever so many events were looked at, others never; none says that it has caught up.
 */
export async function follow(server: ServerSide, call: ReadCall): Promise<void> {
  const { events, faults } = server;
  const options = call.request.getOptions()!;
  const filter = filterOf(options);
  const followed = options.hasStream() ? followedStream(server, options) : followedLog(server, options);
  let next = followed.first;
  const silent = faults.strikes('silent-subscription');
  const calls = running.get(server) ?? new Set();
  running.set(server, calls.add(call));
  let wake = () => {};
  const stop = events.onAppend(() => wake());
  call.on('cancelled', () => wake());
  try {
    await give(call, confirmation(randomUUID()));
    for (let looked = 0; !call.cancelled && calls.has(call);) {
      await faults.whileSilent();
      const event = silent ? undefined : followed.at(next);
      if (!event) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      next++;
      if (!filter || filter.matches(event)) {
        await give(call, eventAnswer(event));
        if (faults.strikes('repeat-event')) await give(call, eventAnswer(event));
      }
      if (filter && ++looked % filter.checkpointEvery === 0) await give(call, checkpoint(event.position));
    }
  } finally {
    stop();
    calls.delete(call);
  }
}

/** Ends all running subscriptions, as a server does that is about to stop, or in an error. */
export function endSubscriptions(server: ServerSide, error?: ServiceError): void {
  for (const call of running.get(server) ?? []) {
    running.get(server)!.delete(call);
    if (error) call.emit('error', error);
    else call.end();
  }
}
