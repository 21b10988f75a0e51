import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { subscribeNatively } from '../double/native-subscriber.js';
import { fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';

describe('an engine with its log in EventStoreDB', () => {
  let double: EventStoreDouble;
  let engine: EngineProcess;

  beforeAll(async () => {
    double = await EventStoreDouble.start();
    engine = await EngineProcess.start({
      EVENT_LOG: 'eventstoredb',
      EVENTSTORE_URL: double.url,
      EVENTSTORE_NAMESPACE: 'shop-',
    });
  });
  afterAll(async () => {
    await engine.dispose();
    await double.stop();
  });

  /** Places orders and waits until everything that came of them is in the feed and in the stream. */
  async function tell(orders: number): Promise<void> {
    const facts = Array.from({ length: orders }, () => order(fresh('c')));
    expect((await engine.post('/v1/facts', facts)).status).toBe(202);
    await eventually(
      async () => (await engine.get('/v1/health')).body,
      ({ projection, mirror }) =>
        projection.caughtUp && mirror?.position === double.events.all.findLast(isFact)!.position,
    );
  }

  const isFact = ({ stream }: { stream: string }) => /^shop-(customer-|clock|program)/.test(stream);

  it('writes every change to a stream once, across a kill, as the feed tells it', async () => {
    await tell(30);
    await engine.kill();
    await engine.restart();
    await tell(30);
    const { items } = (await engine.get('/v1/changes?limit=1000')).body;
    const held = double.events.all.filter(({ stream }) => /^shop-changes-\d/.test(stream));
    expect(held).toHaveLength(items.length);
    // The event that tells how many streams there are comes first.
    const [, ...events] = await subscribeNatively(double.url, { prefix: 'shop-changes-' }, 1 + items.length);
    const ofCustomer = (list: readonly unknown[]) =>
      Map.groupBy(list as { customerId: string }[], (item) => item.customerId);
    expect(ofCustomer(events.map(({ data }) => data))).toEqual(ofCustomer(items));
    const { status, mirror } = (await engine.get('/v1/health')).body;
    expect({ status, mirror }).toMatchObject({ status: 'ok', mirror: { running: true, lastError: null } });
  });

  it('ends well while the mirror is at work', async () => {
    await engine.post('/v1/facts', [order(fresh('c'))]);
    expect(await engine.stop()).toBe(0);
    await engine.restart();
  });
});
