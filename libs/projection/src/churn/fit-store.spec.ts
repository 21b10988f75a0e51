import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '../../../../test/postgres/database.js';
import { FileFitStore } from './file-fit-store.js';
import type { FitStore } from './fit-store.js';
import type { KeptFit } from './kept-fit.js';
import { PostgresFitStore } from './postgres-fit-store.js';

/** Each `open` gives a store as another process has it. */
interface Place {
  open(): Promise<FitStore>;
  drop(): Promise<void>;
}

const PLACES: Record<string, () => Promise<Place>> = {
  files: () => {
    const dir = mkdtempSync(join(tmpdir(), 'perennial-fits-'));
    return Promise.resolve({
      open: () => Promise.resolve(new FileFitStore(dir)),
      drop: () => Promise.resolve(rmSync(dir, { recursive: true })),
    });
  },
  PostgreSQL: async () => {
    const { url, drop } = await createDatabase();
    return { open: () => PostgresFitStore.open({ url, connections: 2 }), drop };
  },
};

const draft = {
  model: 'bg-nbd',
  asOf: '2025-05-31T00:00:00.000Z',
  fittedAt: '2025-06-01T00:00:00.000Z',
  // A number that has to come back to the last bit.
  purchases: { parameters: { r: 0.1 + 0.2, alpha: 1e-17 } },
  currency: 'EUR',
} as unknown as Omit<KeptFit, 'version'>;

describe.each(Object.entries(PLACES))('fits kept in %s', (_, create) => {
  let place: Place;
  let opened: FitStore[];

  beforeEach(async () => {
    place = await create();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((fits) => fits.close()));
    await place.drop();
  });

  async function open(): Promise<FitStore> {
    const fits = await place.open();
    opened.push(fits);
    return fits;
  }

  it('are none at first', async () => {
    const fits = await open();
    expect([await fits.last(), await fits.find(1)]).toEqual([null, null]);
  });

  it('come back as they were, by version', async () => {
    const [fits, other] = [await open(), await open()];
    expect(await fits.add(draft)).toEqual({ ...draft, version: 1 });
    expect(await fits.add({ ...draft, currency: 'USD' })).toMatchObject({ version: 2 });
    expect(await other.find(1)).toEqual({ ...draft, version: 1 });
    expect(await other.last()).toMatchObject({ version: 2, currency: 'USD' });
    for (const version of [0, 3, 1.5, NaN, 1e12]) expect(await fits.find(version)).toBeNull();
  });

  it('are all kept when many are made at once', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, () => open()));
    const kept = await Promise.all(many.map((fits) => fits.add(draft)));
    expect(kept.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await many[0].last()).toMatchObject({ version: 8 });
  });
});
