import { randomUUID } from 'node:crypto';
import {
  END,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  UnknownError,
  WrongExpectedVersionError,
  type AllStreamRecordedEvent,
  type AllStreamSubscription,
  type JSONEventType,
} from '@eventstore/db-client';

type Tested = JSONEventType<'Tested', { n: number; text?: string }>;

function event(n: number, text?: string) {
  return jsonEvent<Tested>({ type: 'Tested', data: { n, text } });
}

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const each of events) collected.push(each);
  return collected;
}

/**
 * What the server was seen to do, by its bare client: the same on the double and on a real server, for which the adapter
 * is written.
 */
export function serverQuirks(name: string, url: () => string): void {
  describe(`what EventStoreDB does: ${name}`, () => {
    let client: EventStoreDBClient;
    let stream: string;

    beforeEach(() => {
      client = EventStoreDBClient.connectionString(url());
      stream = `quirk-${randomUUID()}`;
    });
    afterEach(() => client.dispose());

    const read = () => collect(client.readStream<Tested>(stream));
    const append = (events: ReturnType<typeof event>[], expectedRevision?: bigint | typeof NO_STREAM) =>
      client.appendToStream(stream, events, { expectedRevision });

    describe('appending', () => {
      it('lets one of many writers on one revision win', async () => {
        for (let round = -1; round < 4; round++) {
          const expected = round === -1 ? NO_STREAM : BigInt(round);
          const writers = Array.from({ length: 50 }, (_, n) => append([event(n)], expected));
          const lost = (await Promise.allSettled(writers)).filter(({ status }) => status === 'rejected');
          expect(lost).toHaveLength(49);
          for (const { reason } of lost as PromiseRejectedResult[]) {
            expect(reason).toBeInstanceOf(WrongExpectedVersionError);
            expect(reason).toMatchObject({
              type: 'wrong-expected-version',
              streamName: stream,
              expectedVersion: expected,
              actualVersion: BigInt(round + 1),
              message: '',
            });
          }
        }
      });

      it('tells the revision and position of the last event', async () => {
        const { nextExpectedRevision, position } = await append([event(1), event(2), event(3)], NO_STREAM);
        const events = await read();
        expect(nextExpectedRevision).toBe(2n);
        expect(events.at(-1)!.event!.revision).toBe(2n);
        expect(events.at(-1)!.event!.position).toEqual(position);
        expect(position!.commit).toBe(position!.prepare);
      });

      it('answers the same ids at the original revision with the original result', async () => {
        const events = [event(1), event(2), event(3)];
        const first = await append(events, NO_STREAM);
        await append([event(4)], 2n);
        expect(await append(events, NO_STREAM)).toEqual(first);
        expect(await append(events.slice(0, 1), NO_STREAM)).toMatchObject({ nextExpectedRevision: 0n });
        expect(await append(events.slice(1, 2), 0n)).toMatchObject({ nextExpectedRevision: 1n });
        expect(await read()).toHaveLength(4);
      });

      it('looks at ids only: other data under them are passed over', async () => {
        const first = event(1);
        await append([first], NO_STREAM);
        await append([{ ...event(2), id: first.id }], NO_STREAM);
        expect((await read()).map((each) => each.event!.data.n)).toEqual([1]);
      });

      it('refuses ids of which only some are there', async () => {
        const first = event(1);
        await append([first], NO_STREAM);
        await expect(append([first, event(2)], NO_STREAM)).rejects.toThrow(WrongExpectedVersionError);
      });

      it('writes the same ids again at the current revision, twice in one append, and in another stream', async () => {
        const first = event(1);
        await append([first], NO_STREAM);
        await append([first], 0n);
        await append([first, first], 1n);
        expect(await read()).toHaveLength(4);
        const elsewhere = await client.appendToStream(`${stream}-b`, [first], { expectedRevision: NO_STREAM });
        expect(elsewhere.nextExpectedRevision).toBe(0n);
        expect(await collect(client.readStream(`${stream}-b`))).toHaveLength(1);
      });

      it('remembers ids that were appended at any revision', async () => {
        const first = event(1);
        const once = await append([first]);
        await append([event(2)]);
        expect(await append([first])).toEqual(once);
        expect(await read()).toHaveLength(2);
      });

      it('takes appends in the order in which they are sent, once the client is warm', async () => {
        await client.appendToStream(`${stream}-b`, event(0));
        const chain = Array.from({ length: 300 }, (_, n) => event(n));
        await Promise.all(chain.map((each, n) => append([each], n === 0 ? NO_STREAM : BigInt(n - 1))));
        expect((await read()).map((each) => each.event!.data.n)).toEqual(chain.map((_, n) => n));
      });

      it('refuses more than 1 MiB in one append', async () => {
        const large = [event(1, 'x'.repeat(600_000)), event(2, 'x'.repeat(600_000))];
        await expect(append(large, NO_STREAM)).rejects.toThrow(MaxAppendSizeExceededError);
        await expect(append(large, NO_STREAM)).rejects.toMatchObject({ maxAppendSize: 1_048_576 });
        await expect(read()).rejects.toThrow(StreamNotFoundError);
      });

      it('breaks the call by a message of 16 MiB, and with it appends in flight, which may have landed', async () => {
        await append([event(0)], NO_STREAM);
        const [tooLarge, neighbour] = await Promise.allSettled([
          append([event(1, 'x'.repeat(17 * 1024 * 1024))], 0n),
          client.appendToStream(`${stream}-b`, [event(2)]),
        ]);
        expect(tooLarge.status).toBe('rejected');
        if (neighbour.status === 'fulfilled') expect(neighbour.value.success).toBe(true);
        expect(await append([event(3)], 0n)).toMatchObject({ nextExpectedRevision: 1n });
      });

      it('says that 1n comes next when told not to throw', async () => {
        const url2 = url() + '&throwOnAppendFailure=false';
        const quiet = EventStoreDBClient.connectionString(url2);
        await append([event(0), event(1), event(2), event(3)], NO_STREAM);
        const result = await quiet.appendToStream(stream, event(4), { expectedRevision: NO_STREAM });
        expect(result).toMatchObject({ success: false, nextExpectedRevision: 1n });
        await quiet.dispose();
      });
    });

    describe('deleting and hiding', () => {
      it('hides a soft-deleted stream, keeps it in the log, and answers its original ids without writing', async () => {
        const events = [event(1), event(2)];
        const { position } = await append(events, NO_STREAM);
        await client.deleteStream(stream);
        await expect(read()).rejects.toThrow(StreamNotFoundError);
        expect(await append(events, NO_STREAM)).toMatchObject({ success: true, nextExpectedRevision: 1n });
        await expect(read()).rejects.toThrow(StreamNotFoundError);
        const [kept] = await collect(client.readAll({ fromPosition: position, maxCount: 1 }));
        expect(kept.event!.streamId).toBe(stream);
      });

      it('answers everything on a tombstoned stream with StreamDeletedError', async () => {
        await append([event(1)], NO_STREAM);
        await client.tombstoneStream(stream);
        await expect(read()).rejects.toThrow(StreamDeletedError);
        await expect(append([event(2)], 0n)).rejects.toThrow(StreamDeletedError);
        await expect(append([event(2)])).rejects.toThrow(StreamDeletedError);
      });

      it.each([
        ['maxCount', { maxCount: 2 }, [2, 3]],
        ['truncateBefore', { truncateBefore: 1 }, [1, 2, 3]],
      ] as const)('hides from reads of a stream what %s says, and not from the log', async (_, metadata, seen) => {
        const { position } = await append([event(0), event(1), event(2), event(3)], NO_STREAM);
        await client.setStreamMetadata(stream, metadata);
        expect((await read()).map((each) => each.event!.data.n)).toEqual(seen);
        const before = client.readAll({ direction: 'backwards', fromPosition: position, maxCount: 3 });
        expect((await collect(before)).map((each) => each.event!.revision)).toEqual([2n, 1n, 0n]);
      });
    });

    describe('reading', () => {
      it('begins at a position forwards, and before it backwards', async () => {
        const { position } = await append([event(1), event(2)], NO_STREAM);
        const [forwards] = await collect(client.readAll({ fromPosition: position, maxCount: 1 }));
        expect(forwards.event!.revision).toBe(1n);
        const backwards = client.readAll({ fromPosition: position, direction: 'backwards', maxCount: 1 });
        expect((await collect(backwards))[0].event!.revision).toBe(0n);
      });

      it('does not know what to say to a position of no record, to the end of a stream forwards and to no count', async () => {
        const { position } = await append([event(1)], NO_STREAM);
        const nowhere = { commit: position!.commit - 1n, prepare: position!.prepare - 1n };
        await expect(collect(client.readAll({ fromPosition: nowhere }))).rejects.toThrow(UnknownError);
        await expect(collect(client.readStream(stream, { fromRevision: END }))).rejects.toThrow(UnknownError);
        await expect(collect(client.readStream(stream, { maxCount: 0 }))).rejects.toThrow(UnknownError);
        expect(await collect(client.readAll({ fromPosition: END }))).toEqual([]);
      });

      it('misses a stream', async () => {
        await expect(read()).rejects.toThrow(StreamNotFoundError);
        await expect(read()).rejects.toMatchObject({ streamName: stream });
      });

      it('gives nothing behind the end of a stream', async () => {
        await append([event(1)], NO_STREAM);
        expect(await collect(client.readStream(stream, { fromRevision: 5n }))).toEqual([]);
      });
    });

    describe('subscribing', () => {
      const take = (subscription: AllStreamSubscription, count: number) =>
        new Promise<AllStreamRecordedEvent[]>((resolve, reject) => {
          const seen: AllStreamRecordedEvent[] = [];
          subscription.on('error', reject).on('data', ({ event: each }) => {
            if (each && !each.streamId.startsWith('$')) seen.push(each);
            if (seen.length === count) resolve(seen);
          });
        });

      it('begins behind a position, and goes on live', async () => {
        const { position } = await append([event(0)], NO_STREAM);
        await append([event(1)], 0n);
        const filter = streamNameFilter({ prefixes: [stream] });
        const subscription = client.subscribeToAll({ fromPosition: position, filter });
        const seen = take(subscription, 3);
        await append([event(2)], 1n);
        await append([event(3)], 2n);
        expect((await seen).map(({ revision }) => revision)).toEqual([1n, 2n, 3n]);
        await subscription.unsubscribe();
      });

      it('follows a stream behind a revision, stored and live', async () => {
        await append([event(0), event(1)], NO_STREAM);
        const subscription = client.subscribeToStream<Tested>(stream, { fromRevision: 0n });
        const seen: number[] = [];
        const three = new Promise<void>((resolve, reject) => {
          subscription.on('error', reject).on('data', ({ event: each }) => {
            if (seen.push(each!.data.n) === 3) resolve();
          });
        });
        await append([event(2)], 1n);
        await client.appendToStream(`${stream}-b`, event(9));
        await append([event(3)], 2n);
        await three;
        expect(seen).toEqual([1, 2, 3]);
        await subscription.unsubscribe();
      });

      it('tells checkpoints to filtered subscriptions, stored and live, even when nothing matches', async () => {
        const { position } = await append([event(0)], NO_STREAM);
        const reached: bigint[] = [];
        let more = () => {};
        const filter = streamNameFilter({
          prefixes: [`${stream}-nothing`],
          checkpointInterval: 1,
          checkpointReached: (_, { commit }) => {
            reached.push(commit);
            more();
          },
        });
        const toCheckpoint = () => new Promise<void>((resolve) => (more = resolve));
        await append(
          Array.from({ length: 200 }, (_, n) => event(n)),
          0n,
        );
        const stored = toCheckpoint();
        const subscription = client.subscribeToAll({ fromPosition: position, filter });
        subscription.on('error', () => undefined).resume();
        await stored;
        const live = toCheckpoint();
        for (let n = 0; n < 64; n++) await append([event(n)]);
        await live;
        expect(reached).toEqual(reached.toSorted((a, b) => Number(a - b)));
        expect(reached[0]).toBeGreaterThanOrEqual(position!.commit);
        await subscription.unsubscribe();
      });

      it('never says that it has caught up', async () => {
        const { position } = await append([event(0)], NO_STREAM);
        const subscription = client.subscribeToAll({ fromPosition: position });
        let caughtUp = false;
        subscription.on('caughtUp', () => (caughtUp = true));
        const marker = randomUUID();
        const arrived = new Promise<void>((resolve) =>
          subscription
            .on('error', () => undefined)
            .on('data', ({ event: each }) => {
              if (each?.id === marker) resolve();
            }),
        );
        await append([{ ...event(1), id: marker }], 0n);
        await arrived;
        expect(caughtUp).toBe(false);
        await subscription.unsubscribe();
      });

      it('holds back for a slow consumer and drops nothing', async () => {
        const text = 'x'.repeat(2_000);
        const { position } = await append([event(0)], NO_STREAM);
        for (let n = 0; n < 5; n++) {
          await append(
            Array.from({ length: 200 }, (_, i) => event(i, text)),
            BigInt(n * 200),
          );
        }
        const filter = streamNameFilter({ prefixes: [stream] });
        const subscription = client.subscribeToAll({ fromPosition: position, filter });
        const revisions: bigint[] = [];
        for await (const { event: each } of subscription) {
          revisions.push(each!.revision);
          if (revisions.length % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          if (revisions.length === 1_000) break;
        }
        expect(revisions).toEqual(Array.from({ length: 1_000 }, (_, n) => BigInt(n + 1)));
      });
    });
  });
}
