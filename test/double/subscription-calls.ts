import { randomUUID } from 'node:crypto';
import type { ServerSide } from './append-calls.js';
import { filterOf } from './event-filter.js';
import { checkpoint, confirmation, eventAnswer } from './protocol.js';
import { give, indexOf, type ReadCall } from './read-answers.js';

/** Running subscriptions, so that a test can end them. */
const running = new WeakMap<ServerSide, Set<ReadCall>>();

/**
 * A subscription to the log: what is stored behind a position, then what is appended, for ever. Filtered ones tell a
 * checkpoint whenever so many events were looked at, others never; none says that it has caught up.
 */
export async function follow(server: ServerSide, call: ReadCall): Promise<void> {
  const { events, faults } = server;
  const options = call.request.getOptions()!;
  const target = options.getAll()!;
  const filter = filterOf(options);
  let next = 0;
  if (target.hasEnd()) next = events.all.length;
  if (target.hasPosition()) next = indexOf(events, Number(target.getPosition()!.getCommitPosition())) + 1;
  server.subscribedBehind.push(target.hasPosition() ? Number(target.getPosition()!.getCommitPosition()) : 0);
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
      const event = silent ? undefined : events.all[next];
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

/** Ends all running subscriptions, as a server does that is about to stop. */
export function endSubscriptions(server: ServerSide): void {
  for (const call of running.get(server) ?? []) {
    running.get(server)!.delete(call);
    call.end();
  }
}
