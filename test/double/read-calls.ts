import streamsPb, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { status, type ServiceError } from '@grpc/grpc-js';
import type { ServerSide } from './append-calls.js';
import { filterOf } from './event-filter.js';
import { eventAnswer, nameOf, serviceError, streamDeleted, streamNotFound } from './protocol.js';
import { give, indexOf, unknown, type ReadCall } from './read-answers.js';
import type { StoredEvent } from './stored-events.js';
import { follow } from './subscription-calls.js';

const { BACKWARDS } = streamsPb.ReadReq.Options.ReadDirection;

/** `Read`: streams and the log, forwards and backwards, and subscriptions to the log. */
export async function read(server: ServerSide, call: ReadCall): Promise<void> {
  call.on('error', () => undefined);
  const options = call.request.getOptions()!;
  try {
    await server.faults.whileSilent();
    if (server.faults.strikes('not-ready')) throw serviceError(status.UNAVAILABLE, 'Server Is Not Ready');
    if (options.hasSubscription()) return await follow(server, call);
    // Asked for nothing of the log, the server looks for it for ever.
    if (options.hasAll() && options.getCount() === '0') return;
    const events = options.hasStream() ? streamEvents(server, options) : logEvents(server, options);
    if (events === null) await give(call, streamNotFound(nameOf(options.getStream()!.getStreamIdentifier())));
    for (const event of events ?? []) {
      if (call.cancelled) return;
      if (server.faults.strikes('drop-read')) return server.dropConnections();
      await give(call, eventAnswer(event));
    }
    call.end();
  } catch (error) {
    call.emit('error', error as ServiceError);
  }
}

function streamEvents({ events }: ServerSide, options: ReadReq.Options): StoredEvent[] | null {
  const target = options.getStream()!;
  const name = nameOf(target.getStreamIdentifier());
  if (events.isTombstoned(name)) throw streamDeleted(name);
  const count = Number(options.getCount());
  if (count === 0) throw unknown('Error');
  const held = events.visible(name);
  if (held === null) return null;
  const revision = target.hasRevision() ? Number(target.getRevision()) : null;
  if (options.getReadDirection() === BACKWARDS) {
    const from = revision ?? (target.hasEnd() ? Infinity : -1);
    return held
      .filter((event) => event.revision <= from)
      .toReversed()
      .slice(0, count);
  }
  if (target.hasEnd()) throw unknown('InvalidRevision');
  return held.filter((event) => event.revision >= (revision ?? 0)).slice(0, count);
}

function logEvents({ events }: ServerSide, options: ReadReq.Options): StoredEvent[] {
  const target = options.getAll()!;
  const count = Number(options.getCount());
  const backwards = options.getReadDirection() === BACKWARDS;
  const filter = filterOf(options);
  if (target.hasEnd() && !backwards) return [];
  const index = target.hasPosition() ? indexOf(events, Number(target.getPosition()!.getCommitPosition())) : null;
  const range = backwards
    ? events.all.slice(0, index ?? (target.hasEnd() ? undefined : 0)).toReversed()
    : events.all.slice(index ?? 0);
  return (filter ? range.filter((event) => filter.matches(event)) : range).slice(0, count);
}
