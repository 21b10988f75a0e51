import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Member } from '@perennial/membership';
import { figuresOf, perennial } from './cli-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DATA = join(ROOT, '..', 'shared', 'data');

/** Real purchases lie beside the project, not in it: without them these tests are skipped, and say so. */
const describeWithData = existsSync(DATA) ? describe : describe.skip;

describeWithData('real purchases (skipped where ../shared/data is absent)', () => {
  let store: string;
  beforeEach(async () => (store = await mkdtemp(join(tmpdir(), 'perennial-real-'))));
  afterEach(() => rm(store, { recursive: true, force: true }));

  const run = (...args: string[]) => perennial(store, args);
  const importFile = (file: string, example: string) =>
    run('import', join(DATA, file), '--map', join(ROOT, 'examples', `${example}.map.json`));
  const valueOfMembers = async (asOf: string): Promise<{ members: number; purchases: number; value: number }> => {
    const { out } = await run('members', '--as-of', asOf, '--format', 'jsonl');
    const members = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Member);
    return {
      members: members.length,
      purchases: members.reduce((sum, { purchases }) => sum + purchases.count, 0),
      value: members.reduce((sum, { purchases }) => sum + purchases.value, 0),
    };
  };

  it('takes all of CDNOW, once', async () => {
    await run('program', 'publish', join(ROOT, 'examples', 'cdnow.program.json'));

    const first = await importFile('CDNOW_master.txt.gz', 'cdnow');

    expect(first.code).toBe(0);
    expect(figuresOf(first.out)).toMatchObject({ added: 69_659, 'set aside': 0 });
    expect(await valueOfMembers('1998-07-01T00:00:00Z')).toEqual({
      members: 23_570,
      purchases: 69_659,
      value: 250_031_563,
    });
    const second = await importFile('CDNOW_master.txt.gz', 'cdnow');
    expect(figuresOf(second.out)).toMatchObject({ added: 0, 'already there': 69_659 });
    expect((await run('verify')).code).toBe(0);
  });

  it('takes the CDNOW sample', async () => {
    const { code, out } = await importFile('CDNOW_sample.txt.gz', 'cdnow-sample');
    expect(code).toBe(0);
    expect(figuresOf(out)).toMatchObject({ added: 6_919, 'set aside': 0 });
    expect(await valueOfMembers('1998-07-01T00:00:00Z')).toMatchObject({ members: 2_357, purchases: 6_919 });
  });

  it('takes the orders of Online Retail, once, and counts what is none', async () => {
    await run('program', 'publish', join(ROOT, 'examples', 'online-retail.program.json'));

    const first = await importFile('online_retail.csv.gz', 'online-retail');

    expect(first.code).toBe(0);
    expect(figuresOf(first.out)).toMatchObject({
      added: 18_536,
      'cancellation-without-order': 9_288,
      'bad-debt-adjustment': 3,
      'no-customer': 134_694,
      'set aside': 143_985,
    });
    expect(await valueOfMembers('2011-12-31T00:00:00Z')).toEqual({
      members: 4_339,
      purchases: 18_536,
      value: 891_140_790,
    });
    const second = await importFile('online_retail.csv.gz', 'online-retail');
    expect(figuresOf(second.out)).toMatchObject({ added: 0, 'already there': 18_536 });
    expect((await run('verify')).code).toBe(0);
  });
});
