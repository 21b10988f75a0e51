import { openMemoryLog } from './memory/memory-log.js';
import type { LogRecord, NewRecord } from './port.js';
import { createUpcast, UnknownSchemaVersionError, withUpcasting, type Upcaster } from './upcast.js';

interface Order {
  total?: number;
  amount?: number;
  currency?: string;
}

/** Version 1 said `total`; 2 says `amount`; 3 names the currency. */
const ORDER_UPCASTERS: Upcaster[] = [
  { type: 'OrderPlaced', from: 2, upcast: (data) => ({ ...(data as Order), currency: 'CNY' }) },
  { type: 'OrderPlaced', from: 1, upcast: (data) => ({ amount: (data as Order).total }) },
];

function stored(schemaVersion: number, data: Order, type = 'OrderPlaced'): NewRecord {
  const id = `m-${schemaVersion}`;
  const at = 1_735_718_400_000;
  return {
    stream: 'customer-a',
    id,
    type,
    schemaVersion,
    customerId: 'a',
    occurredAt: at,
    recordedAt: at,
    source: 'shop',
    data,
  };
}

function read(record: NewRecord): LogRecord {
  return { ...record, position: 1, revision: 0, announce: true };
}

describe('upcasting', () => {
  const upcast = createUpcast(ORDER_UPCASTERS);

  it.each([
    [1, { total: 5 }],
    [2, { amount: 5 }],
    [3, { amount: 5, currency: 'CNY' }],
  ])('brings version %i to today’s and changes nothing else', (schemaVersion, data) => {
    const record = read(stored(schemaVersion, data));
    const before = structuredClone(record);
    expect(upcast(record)).toEqual({ ...record, schemaVersion: 3, data: { amount: 5, currency: 'CNY' } });
    expect(record).toEqual(before);
  });

  it('leaves a type without upcasters as it is', () => {
    const record = read(stored(1, {}, 'VisitRecorded'));
    expect(upcast(record)).toBe(record);
  });

  it('refuses a version that only a newer program knows', () => {
    expect(() => upcast(read(stored(4, {})))).toThrow(UnknownSchemaVersionError);
    expect(() => upcast(read(stored(2, {}, 'VisitRecorded')))).toThrow(/schema version 2.*versions up to 1/);
  });

  it('refuses a registry with a gap or with two upcasters for one version', () => {
    const [second, first] = ORDER_UPCASTERS as [Upcaster, Upcaster];
    expect(() => createUpcast([second])).toThrow('No upcaster takes OrderPlaced version 1');
    expect(() => createUpcast([first, first])).toThrow('Two upcasters take OrderPlaced version 1');
  });

  it('applies wherever a log is read, and leaves what is stored', async () => {
    const plain = openMemoryLog();
    const log = withUpcasting(plain, upcast);
    await log.appendFacts([stored(1, { total: 5 })]);
    const today = { schemaVersion: 3, data: { amount: 5, currency: 'CNY' } };
    expect(await log.readAll()).toMatchObject([today]);
    expect(await log.readStream('customer-a')).toMatchObject([today]);
    expect(await log.findById('m-1')).toMatchObject(today);
    const { promise: received, resolve } = Promise.withResolvers<LogRecord[]>();
    log.subscribe(0, resolve);
    expect(await received).toMatchObject([today]);
    expect(await plain.readAll()).toMatchObject([{ schemaVersion: 1, data: { total: 5 } }]);
    await log.close();
  });
});
