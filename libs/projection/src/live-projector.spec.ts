import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream, type EventLog, LogUnavailableError, openMemoryLog } from '@perennial/event-log';
import { openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { LiveProjector } from './live-projector.js';
import { LocalLeases } from './partitions/leases.js';
import { ProgramCatalogue } from './program-catalogue.js';

const DAY = Date.parse('2025-01-01T00:00:00Z');

describe('following the log', () => {
  let dir: string;
  let stores: ReadStores;
  let log: EventLog;
  let live: LiveProjector | null;
  let visits = 0;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-live-'));
    stores = openSqliteReadStores({ dir });
    log = openMemoryLog();
    await new ProgramCatalogue(log).ensure(DAY);
    live = null;
  });
  afterEach(async () => {
    await live?.close();
    await stores.close();
    rmSync(dir, { recursive: true });
  });

  /** The log with one of its methods replaced. */
  function withMethod<K extends 'readAll' | 'subscribe'>(name: K, method: EventLog[K]): EventLog {
    return new Proxy(log, {
      get(target, key) {
        if (key === name) return method;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  async function visit(...ids: string[]): Promise<void> {
    const fact = { stream: customerStream('c-1'), type: 'VisitRecorded', schemaVersion: 1, customerId: 'c-1' };
    await log.appendFacts(
      ids.map((id) => ({ ...fact, id, occurredAt: DAY + visits++, recordedAt: DAY, source: 'test', data: {} })),
    );
  }

  function start(of: EventLog, restMs = 0) {
    let position = 0;
    let look = () => {};
    let wake = () => {};
    live = LiveProjector.start(of, stores, new LocalLeases(), {
      onStatus: (status) => {
        position = status.position;
        look();
      },
      rest: () => restMs,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          // The beat of the leases uses the same sleep and need not come.
          if (ms === restMs) wake = resolve;
          signal.addEventListener('abort', () => resolve());
        }),
    });
    const reached = (wanted: number) =>
      new Promise<void>((resolve) => {
        look = () => position >= wanted && resolve();
        look();
      });
    return { reached, wake: () => wake() };
  }

  it('projects what was there and what comes, one by one', async () => {
    await visit('m-1');
    const { reached } = start(log);
    await reached(await log.head());
    await visit('m-2');
    await reached(await log.head());
    await visit('m-3');
    await reached(await log.head());
  });

  it('takes what gathered during a long rest as one batch', async () => {
    const { reached, wake } = start(log, 900);
    await visit('m-1');
    await reached(await log.head());
    for (let part = 0; part < 5; part++) await visit(...Array.from({ length: 1_000 }, (_, n) => `m-${part}-${n}`));
    const before = (await (await stores.current()).checkpoint()).position;
    wake();
    await reached(before + 1);
    expect((await (await stores.current()).checkpoint()).position).toBe(await log.head());
  });

  it('waits for the log to be back by subscribing', async () => {
    const away = withMethod('readAll', () => Promise.reject(new LogUnavailableError('It restarts')));
    await visit('m-1');
    const { reached } = start(away);
    await reached(await log.head());
    await visit('m-2');
    await reached(await log.head());
  });

  it('ends without waiting for a log that does not answer', async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const silent = withMethod('readAll', (query) => {
      if (query?.limit !== 10_000) return log.readAll(query);
      asked();
      return new Promise(() => {});
    });
    start(silent);
    await isAsked;
    await live!.close();
  });
});
