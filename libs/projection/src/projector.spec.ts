import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream, type EventLog, LogUnavailableError, openMemoryLog } from '@perennial/event-log';
import { openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { ProgramCatalogue } from './program-catalogue.js';
import { Projector } from './projector.js';

const DAY = Date.parse('2025-01-01T00:00:00Z');

describe('a live projector', () => {
  let dir: string;
  let stores: ReadStores;
  let log: EventLog;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-projector-'));
    stores = openSqliteReadStores({ dir });
    log = openMemoryLog();
    await new ProgramCatalogue(log).ensure(DAY);
  });
  afterEach(async () => {
    await stores.close();
    rmSync(dir, { recursive: true });
  });

  const visit = (id: string, occurredAt: number) =>
    log.appendFacts([
      {
        stream: customerStream('c-1'),
        id,
        type: 'VisitRecorded',
        schemaVersion: 1,
        customerId: 'c-1',
        occurredAt,
        recordedAt: DAY,
        source: 'test',
        data: {},
      },
    ]);

  it('parks nobody because the log could not be read, so the batch is done again', async () => {
    const store = await stores.current();
    let isDown = false;
    const readStream: EventLog['readStream'] = (stream, options) =>
      isDown ? Promise.reject(new LogUnavailableError('It restarts')) : log.readStream(stream, options);
    const unsteady = new Proxy(log, {
      get: (target, name) => (name === 'readStream' ? readStream : bound(target, name)),
    });
    const projector = await Projector.resume(unsteady, store, { onFailure: 'park' });
    await visit('m-2', DAY);
    await projector.project(await log.readAll());

    await visit('m-1', DAY - 1);
    const late = await log.readAll({ after: projector.position });
    isDown = true;
    await expect(projector.project(late)).rejects.toThrow(LogUnavailableError);
    isDown = false;
    const again = await Projector.resume(unsteady, store, { onFailure: 'park' });
    expect(again.position).toBe(late[0].position - 1);
    await again.project(late);
    expect([await store.parked(), (await store.checkpoint()).position]).toEqual([[], late[0].position]);
  });

  it('refuses a read store of another log, which would wait behind the end of this one for ever', async () => {
    const store = await stores.current();
    const projector = await Projector.resume(log, store, { onFailure: 'park' });
    await visit('m-1', DAY);
    await projector.project(await log.readAll());

    const copy = openMemoryLog();
    await new ProgramCatalogue(copy).ensure(DAY);
    const resumed = Projector.resume(copy, store, { onFailure: 'park' });
    await expect(resumed).rejects.toThrow(/no record.*`perennial rebuild`/);
    expect((await Projector.resume(log, store, { onFailure: 'park' })).position).toBe(projector.position);
  });
});

function bound(log: EventLog, name: string | symbol): unknown {
  const value: unknown = Reflect.get(log, name, log);
  return typeof value === 'function' ? (value.bind(log) as unknown) : value;
}
