import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM, UnavailableError } from '@eventstore/db-client';
import { EventStoreDouble } from './eventstoredb-double.js';
import { serverQuirks } from './quirks.js';

let double: EventStoreDouble;
beforeAll(async () => {
  double = await EventStoreDouble.start();
});
afterAll(() => double.stop());

serverQuirks('the double', () => double.url);

const url = process.env.EVENTSTORE_URL;
if (url) serverQuirks('a server', () => url);

/** What cannot be asked of a server that others use: to fail. */
describe('the double told to fail', () => {
  let client: EventStoreDBClient;
  let stream: string;
  const event = () => jsonEvent({ type: 'Tested', data: { n: 1 } });

  beforeEach(async () => {
    client = await connected();
    stream = `fault-${randomUUID()}`;
  });
  afterEach(() => client.dispose());

  /** A client whose connection stands: after a restart the first calls may still meet the old one. */
  async function connected(): Promise<EventStoreDBClient> {
    const fresh = EventStoreDBClient.connectionString(double.url);
    for (;;) {
      const read = fresh.readAll({ maxCount: 1 });
      const alive = await read.toArray().then(
        () => true,
        () => false,
      );
      if (alive) return fresh;
    }
  }

  const held = () => double.events.visible(stream)?.length ?? 0;

  it('forgets ids appended at any revision when it restarts, and those at an exact one never', async () => {
    const [any, exact] = [event(), event()];
    await client.appendToStream(stream, any);
    const first = await client.appendToStream(stream, exact, { expectedRevision: 0n });
    await double.restart();
    await client.dispose();
    client = await connected();
    expect(await client.appendToStream(stream, exact, { expectedRevision: 0n })).toEqual(first);
    expect(held()).toBe(2);
    await client.appendToStream(stream, any);
    expect(held()).toBe(3);
  });

  it('stores an append of which it loses the acknowledgement', async () => {
    double.faults.next('lose-acknowledgement');
    await expect(client.appendToStream(stream, event(), { expectedRevision: NO_STREAM })).rejects.toThrow(
      UnavailableError,
    );
    expect(held()).toBe(1);
  });

  it('stores nothing when it drops the connection before', async () => {
    double.faults.next('drop-before-storing');
    await expect(client.appendToStream(stream, event())).rejects.toThrow(UnavailableError);
    expect(held()).toBe(0);
  });

  it('stores an append that it says timed out', async () => {
    double.faults.next('time-out-after-storing');
    await expect(client.appendToStream(stream, event())).rejects.toMatchObject({ type: 'deadline-exceeded' });
    expect(held()).toBe(1);
  });

  it('refuses a revision that is right', async () => {
    double.faults.next('refuse-revision');
    await expect(client.appendToStream(stream, event(), { expectedRevision: NO_STREAM })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      actualVersion: 'no_stream',
    });
    expect(held()).toBe(0);
  });

  it('ends subscriptions, which do not come back by themselves', async () => {
    const subscription = client.subscribeToAll();
    const ended = new Promise<void>((resolve) => subscription.on('error', () => resolve()).on('end', () => resolve()));
    await new Promise<void>((resolve) => subscription.once('data', () => resolve()));
    double.endSubscriptions();
    await ended;
  });

  it('lets subscriptions end in an error when it is stopped, and fails new appends at once by code 14', async () => {
    const subscription = client.subscribeToAll();
    const failed = new Promise<Error>((resolve) => subscription.on('error', resolve));
    await new Promise<void>((resolve) => subscription.once('data', () => resolve()));
    await client.appendToStream(stream, event());
    await double.stop();
    expect(await failed).toBeInstanceOf(UnavailableError);
    await expect(client.appendToStream(stream, event())).rejects.toMatchObject({ code: 14 });
    await double.start();
  });

  it('answers nothing while it hangs, and everything afterwards', async () => {
    double.faults.hang();
    let answered = false;
    const appended = client.appendToStream(stream, event()).then(() => (answered = true));
    while (held() === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    double.faults.speak();
    await appended;
  });

  it('lets calls of the other kind of append overtake each other', async () => {
    const credentials = { username: 'admin', password: 'changeit' };
    const chain = Array.from({ length: 20 }, (_, n) =>
      client.appendToStream(stream, event(), { expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1), credentials }),
    );
    const results = await Promise.allSettled(chain);
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
  });

  it('shows how the client rejects the appends of all its instances when the connection of one fails', async () => {
    const other = await EventStoreDouble.start();
    const bystander = EventStoreDBClient.connectionString(other.url);
    await bystander.appendToStream(stream, event());
    await client.appendToStream(stream, event());
    other.faults.hang();
    const pending = expect(bystander.appendToStream(stream, event())).rejects.toThrow(UnavailableError);
    while ((other.events.visible(stream)?.length ?? 0) < 2) await new Promise((resolve) => setImmediate(resolve));
    double.dropConnections();
    await pending;
    await bystander.dispose();
    await other.stop();
  });
});
