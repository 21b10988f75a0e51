import fc from 'fast-check';
import {
  arbitraryCustomer,
  arbitraryWindow,
  asOf,
  LAST_DAY,
  programs,
} from '../../../../test/histories/arbitrary-customers.js';
import type { CustomerSnapshot } from '../customers/customer-snapshot.js';
import { encodeSnapshot } from '../customers/snapshot-codec.js';
import { MetricsBuilder } from '../metrics-builder.js';
import type { DayWindow } from '../repurchase/window.js';
import { rfm } from '../rfm/rfm.js';
import { CustomerTable } from './customer-table.js';

/** Somebody becomes what the snapshot says, or is no more. */
const arbitraryChanges = fc.array(
  fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', '\u{1f331}', '\ufb01'), fc.option(arbitraryCustomer, { freq: 4 })),
  { maxLength: 20 },
);
type Changes = (typeof arbitraryChanges extends fc.Arbitrary<infer T> ? T : never)[number][];

function become(customers: Map<string, CustomerSnapshot>, changes: Changes): void {
  for (const [customerId, one] of changes) {
    if (one === null) customers.delete(customerId);
    else customers.set(customerId, { customerId, ...one });
  }
}

function tableOf(changes: Changes): CustomerTable {
  const table = new CustomerTable(programs.zone);
  for (const [customerId, one] of changes) {
    if (one === null) table.remove(customerId);
    else table.put(customerId, encodeSnapshot({ customerId, ...one }));
    // Answers are kept from change to change: asking in between must not show.
    table.metrics({ asOf, window: null, programs });
  }
  return table;
}

/** What a fresh count of everybody gives. */
function counted(customers: Iterable<CustomerSnapshot>, window: DayWindow | null): string {
  const builder = new MetricsBuilder({ asOf, window, programs, version: 0 });
  for (const customer of customers) builder.add(customer);
  return JSON.stringify(builder.result());
}

describe('a table of customers', () => {
  it('gives, after any changes, the metrics that a fresh count gives', () => {
    fc.assert(
      fc.property(arbitraryChanges, fc.option(arbitraryWindow), (changes, window) => {
        const customers = new Map<string, CustomerSnapshot>();
        become(customers, changes);
        const table = tableOf(changes);
        expect(JSON.stringify(table.metrics({ asOf, window, programs }))).toBe(counted(customers.values(), window));
        expect(table.size).toBe(customers.size);
      }),
    );
  });

  it('gives, page by page, the rows that a fresh scoring gives', () => {
    fc.assert(
      fc.property(arbitraryChanges, fc.integer({ min: 1, max: 3 }), (changes, limit) => {
        const customers = new Map<string, CustomerSnapshot>();
        become(customers, changes);
        const table = tableOf(changes);
        const rows = [];
        for (let after: string | null = null; ;) {
          const page = table.rfm({ asOf, programs, after, limit });
          rows.push(...page);
          if (page.length < limit) break;
          after = page[page.length - 1].customerId;
        }
        expect(rows).toEqual(rfm(customers.values(), LAST_DAY));
        const segment = rows[0]?.segment ?? 'lost';
        const some = table.rfm({ asOf, programs, after: null, limit: 10, segment });
        expect(some).toEqual(rows.filter((row) => row.segment === segment));
      }),
    );
  });

  it('supposes changes for as long as it is asked to, and has everything as it was afterwards', () => {
    fc.assert(
      fc.property(arbitraryChanges, arbitraryChanges, fc.option(arbitraryWindow), (changes, supposed, window) => {
        const customers = new Map<string, CustomerSnapshot>();
        become(customers, changes);
        const table = tableOf(changes);
        const before = JSON.stringify(table.metrics({ asOf, window, programs }));
        const others = new Map(
          supposed.map(([customerId, one]) => [customerId, one && encodeSnapshot({ customerId, ...one })]),
        );
        become(customers, supposed);
        const answer = table.supposing(others, () => JSON.stringify(table.metrics({ asOf, window, programs })));
        expect(answer).toBe(counted(customers.values(), window));
        expect(JSON.stringify(table.metrics({ asOf, window, programs }))).toBe(before);
      }),
    );
  });
});
