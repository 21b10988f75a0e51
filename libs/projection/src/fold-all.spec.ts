import { customerStream, openMemoryLog, type EventLog } from '@perennial/event-log';
import { allCustomers, type CustomerFacts, WholeLog } from './fold-all.js';

async function logOf(facts: [id: string, customerId: string, aliasId?: string][]): Promise<EventLog> {
  const log = openMemoryLog();
  await log.appendFacts(
    facts.map(([id, customerId, aliasId]) => ({
      stream: customerStream(customerId),
      id,
      type: aliasId === undefined ? 'VisitRecorded' : 'IdentityLinked',
      schemaVersion: 1,
      customerId,
      occurredAt: 0,
      recordedAt: 0,
      source: 'test',
      data: aliasId === undefined ? {} : { aliasId },
    })),
  );
  return log;
}

async function collect(customers: AsyncIterable<CustomerFacts>): Promise<CustomerFacts[]> {
  const all: CustomerFacts[] = [];
  for await (const customer of customers) all.push(customer);
  return all;
}

const shown = (customers: CustomerFacts[]) =>
  customers.map(({ customerId, facts, position }) => [customerId, facts.map(({ id }) => id).join(), position]);

describe('the whole log, customer by customer', () => {
  const given = () =>
    logOf([
      ['m-1', 'c-2'],
      ['m-2', 'anon'],
      ['m-3', 'c-1'],
      ['m-4', 'c-2', 'anon'],
      ['m-5', 'c-1', 'c-1'],
      ['m-6', 'c-2'],
    ]);
  const expected = [
    ['c-1', 'm-3', 3],
    ['c-2', 'm-1,m-2,m-4,m-6', 6],
  ];

  it('gives every customer once, in order of id, with the facts of their aliases and without refused links', async () => {
    expect(shown(await collect(allCustomers(await given(), Infinity)))).toEqual(expected);
  });

  it('gives the same when only part of the log fits in memory', async () => {
    for (const most of [1, 2, 4, 5, 6]) {
      const whole = await WholeLog.survey(await given(), Infinity, () => undefined, most);
      expect(whole.facts).toBe(6);
      expect(shown(await collect(whole.customers()))).toEqual(expected);
    }
  });

  it('reads a log that fits in memory once', async () => {
    const log = await given();
    const readAll = log.readAll.bind(log);
    let pages = 0;
    log.readAll = (options) => {
      pages++;
      return readAll(options);
    };
    await collect(allCustomers(log, Infinity));
    expect(pages).toBe(1);
  });

  it('leaves out what stands after a position', async () => {
    expect(shown(await collect(allCustomers(await given(), 3)))).toEqual([
      ['anon', 'm-2', 2],
      ['c-1', 'm-3', 3],
      ['c-2', 'm-1', 1],
    ]);
  });
});
