import { gzipSync } from 'node:zlib';
import type { SourceItem } from '../sources/source-item.js';
import { MapMismatchError, readCsvFacts } from './csv-facts.js';
import { parseMap } from './parse-map.js';

async function* bytes(content: string | Buffer): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.from(content);
  for (let at = 0; at < buffer.length; at += 50) yield Promise.resolve(buffer.subarray(at, at + 50));
}

async function read(content: string | Buffer, document: object): Promise<SourceItem[]> {
  const parsed = parseMap(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const items: SourceItem[] = [];
  for await (const batch of readCsvFacts(bytes(content), parsed.map)) items.push(...batch);
  return items;
}

const factsOf = (items: SourceItem[]) => items.flatMap((item) => ('input' in item ? [item.input] : []));
const asideOf = (items: SourceItem[]) =>
  items.flatMap((item) => ('rejection' in item ? [`${item.rejection.line} ${item.rejection.reason}`] : []));

const PURCHASES = {
  separator: 'whitespace',
  setAside: [{ reason: 'negative', when: { column: 'dollars', below: 0 } }],
  facts: [
    {
      id: 'p-{#line}',
      type: 'OrderPlaced',
      customerId: '{customer}',
      occurredAt: { $date: 'day', format: 'yyyyMMdd', time: '12:00', timeZone: 'UTC' },
      data: { orderId: 'p-{#line}', payment: 'paid', amount: { $money: 'dollars' }, channel: { $text: 'shop' } },
    },
  ],
};

const INVOICES = {
  group: { by: 'invoice', same: ['customer'] },
  facts: [
    {
      id: 'i-{invoice}',
      type: 'OrderPlaced',
      customerId: '{customer}',
      occurredAt: { $date: 'at', format: 'yyyy-MM-dd HH:mm', timeZone: 'Europe/London' },
      data: {
        orderId: '{invoice}',
        payment: 'paid',
        lines: { $rows: { sku: '{sku}', quantity: { $integer: 'n' }, unitPrice: { $money: 'price' } } },
      },
    },
  ],
};
const INVOICE_HEAD = 'invoice,customer,at,sku,n,price';

describe('facts from tables', () => {
  it('makes a fact of each row, whatever the size of the pieces in which the file comes', async () => {
    const items = await read(
      ' customer day dollars shop\r\n 00001 19970101 11.77 web\r\n 00002 19970112 0.00 pos\r\n',
      PURCHASES,
    );
    expect(factsOf(items)).toEqual([
      {
        id: 'p-2',
        type: 'OrderPlaced',
        customerId: '00001',
        occurredAt: '1997-01-01T12:00:00.000Z',
        data: { orderId: 'p-2', payment: 'paid', amount: 1177, channel: 'web' },
      },
      {
        id: 'p-3',
        type: 'OrderPlaced',
        customerId: '00002',
        occurredAt: '1997-01-12T12:00:00.000Z',
        data: { orderId: 'p-3', payment: 'paid', amount: 0, channel: 'pos' },
      },
    ]);
  });

  it('leaves out the field of an empty cell', async () => {
    const items = await read('customer,day,dollars,shop\na,19970101,1,\n', { ...PURCHASES, separator: ',' });
    expect(factsOf(items)).toMatchObject([{ data: { orderId: 'p-2', payment: 'paid', amount: 100 } }]);
    expect(JSON.stringify(factsOf(items))).not.toContain('channel');
  });

  it('sets aside rows by rule, of another width, and with bad cells, and keeps their neighbours', async () => {
    const rows = [
      'a 19970101 1.00 web',
      'b 19970101 -1 web',
      'c 19970101 1',
      'd 19971301 1 web',
      'e 19970101 1.005 web',
    ];
    const items = await read(['customer day dollars shop', ...rows, 'f 19970101 1 web'].join('\n'), PURCHASES);
    expect(asideOf(items)).toEqual(['3 negative', '4 columns', '5 bad-cell', '6 bad-cell']);
    expect(factsOf(items)).toMatchObject([{ customerId: 'a' }, { customerId: 'f' }]);
  });

  it('says which columns are missing', async () => {
    await expect(read('customer day shop\n', PURCHASES)).rejects.toThrow(MapMismatchError);
    await expect(read('customer day shop\n', PURCHASES)).rejects.toThrow('which the table does not have');
  });

  it('puts rows of a group together, also where they do not follow each other', async () => {
    const rows = ['1,a,2011-07-01 09:00,s1,2,1.50', '2,b,2011-07-01 09:01,s1,1,1', '1,a,2011-07-01 09:02,"s2",1,3'];
    const items = await read([INVOICE_HEAD, ...rows].join('\n'), INVOICES);
    expect(factsOf(items)).toMatchObject([
      { id: 'i-2', data: { lines: [{ sku: 's1', quantity: 1, unitPrice: 100 }] } },
      {
        id: 'i-1',
        occurredAt: '2011-07-01T08:00:00.000Z',
        data: {
          lines: [
            { sku: 's1', quantity: 2, unitPrice: 150 },
            { sku: 's2', quantity: 1, unitPrice: 300 },
          ],
        },
      },
    ]);
  });

  it('makes a group of its own of rows that come after more than 64 others', async () => {
    const at = '2011-07-01 09:00';
    const others = Array.from({ length: 65 }, (_, i) => `o${i},b,${at},s1,1,1`);
    const items = await read([INVOICE_HEAD, `1,a,${at},s1,1,1`, ...others, `1,a,${at},s2,1,1`].join('\n'), INVOICES);
    expect(factsOf(items).filter((fact) => (fact as { id: string }).id === 'i-1')).toHaveLength(2);
  });

  it('sets a group aside as a whole when one of its rows is wrong', async () => {
    const at = '2011-07-01 09:00';
    const rows = [`1,a,${at},s1,1,1`, `1,a,${at},s2,1,x`, `2,b,${at},s1,1,1`, `2,c,${at},s1,1,1`, `3,d,${at},s1,1,1`];
    const items = await read([INVOICE_HEAD, ...rows].join('\n'), INVOICES);
    expect(asideOf(items)).toEqual(['2 bad-cell', '4 bad-cell']);
    expect(items).toContainEqual(
      expect.objectContaining({
        rejection: expect.objectContaining({
          row: expect.objectContaining({ invoice: '1', lines: [2, 3] }) as unknown,
        }) as unknown,
      }),
    );
    expect(factsOf(items)).toMatchObject([{ id: 'i-3' }]);
  });

  it('makes no fact of a group that may not be whole because the file breaks off', async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, i) => `${i >> 1},c${i >> 1},2011-07-01 09:00,s${(i * 7919) % 5000},1,1`,
    );
    const whole = gzipSync([INVOICE_HEAD, ...rows].join('\n'));

    const items = await read(whole.subarray(0, whole.length / 2), INVOICES);

    const facts = factsOf(items) as { data: { lines: unknown[] } }[];
    expect(facts.length).toBeGreaterThan(100);
    expect(facts.every(({ data }) => data.lines.length === 2)).toBe(true);
    expect(new Set(asideOf(items).map((text) => text.split(' ')[1]))).toEqual(new Set(['truncated']));
    expect(items.filter((item) => 'rejection' in item && item.ends)).toHaveLength(1);
  });
});
