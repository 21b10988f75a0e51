import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  type Backtest,
  compress,
  expectedPurchases,
  fitPurchases,
  type ModelBacktest,
  PURCHASE_MODELS,
  purchaseModel,
  type PurchaseModelName,
} from '@perennial/analytics';
import type { KeptFit } from '@perennial/projection';
import { figuresOf, perennial } from './cli-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DATA = join(ROOT, '..', 'shared', 'data');
/** Real purchases lie beside the project, not in it: without them these tests are skipped, and say so. */
const describeWithData = existsSync(DATA) ? describe : describe.skip;

/** As published, to the digits published (SPEC §9). */
const PUBLISHED: Record<PurchaseModelName, { parameters: Record<string, string>; logLikelihood: string }> = {
  'bg-nbd': { parameters: { r: '0.2426', alpha: '4.4135', a: '0.7929', b: '2.4258' }, logLikelihood: '-9582.43' },
  'mbg-nbd': { parameters: { r: '0.5248', alpha: '6.1830', a: '0.8914', b: '1.6140' }, logLikelihood: '-9582.13' },
  'pareto-nbd': {
    parameters: { r: '0.5533', alpha: '10.578', s: '0.6062', beta: '11.668' },
    logLikelihood: '-9594.97',
  },
};
const WEEK_39 = '1997-09-30T23:59:59Z';
const LAST_DAY = '1998-06-30T23:59:59Z';

/** To as many decimals as the published figures have. */
function rounded(values: Record<string, number>, like: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(like).map(([name, text]) => [name, values[name].toFixed(text.split('.')[1].length)]),
  );
}

describeWithData('churn models of CDNOW (skipped where ../shared/data is absent)', () => {
  it('fit the published (x, t_x, T) as published', () => {
    const lines = gunzipSync(readFileSync(join(DATA, 'cdnow_customers_summary.csv.gz')))
      .toString()
      .trim()
      .split('\n');
    const table = compress(
      lines
        .slice(1)
        .map((line) => line.split(',').map(Number))
        .map(([, x, tx, T]) => ({ x, tx, T })),
    );
    for (const name of PURCHASE_MODELS) {
      const result = fitPurchases(purchaseModel(name), table, 1);
      if (!result.ok) throw new Error(result.reason);
      const { parameters, logLikelihood, customers } = result.fit;
      expect(customers).toBe(2_357);
      expect(rounded(parameters, PUBLISHED[name].parameters)).toEqual(PUBLISHED[name].parameters);
      expect(logLikelihood.toFixed(2)).toBe(PUBLISHED[name].logLikelihood);
      if (name !== 'bg-nbd') continue;
      const history = { x: 2, tx: 30.43, T: 38.86 };
      const values = Object.values(parameters);
      expect(expectedPurchases(purchaseModel(name), values, history, 39).toFixed(4)).toBe('1.2259');
      expect(purchaseModel(name).probabilityAlive(values, history).toFixed(4)).toBe('0.7266');
    }
  });

  describe('from the raw purchases, through the log', () => {
    let store: string;
    beforeAll(async () => {
      store = await mkdtemp(join(tmpdir(), 'perennial-churn-'));
      await run('program', 'publish', join(ROOT, 'examples', 'cdnow.program.json'));
      await run('import', join(DATA, 'CDNOW_sample.txt.gz'), '--map', join(ROOT, 'examples', 'cdnow-sample.map.json'));
    });
    afterAll(() => rm(store, { recursive: true, force: true }));

    async function run(...args: string[]): Promise<string> {
      const { code, out, err } = await perennial(store, args);
      if (code !== 0) throw new Error(err);
      return out;
    }

    it.each(PURCHASE_MODELS)('fit %s and Gamma-Gamma as published', async (name) => {
      const kept = JSON.parse(
        await run('churn', 'fit', '--model', name, '--as-of', WEEK_39, '--format', 'json'),
      ) as KeptFit;
      expect(kept.data).toMatchObject({ from: '1997-01-01', to: '1997-09-30', buyers: 2_357, repeatBuyers: 946 });
      expect(rounded(kept.purchases.parameters, PUBLISHED[name].parameters)).toEqual(PUBLISHED[name].parameters);
      expect(kept.purchases.logLikelihood.toFixed(2)).toBe(PUBLISHED[name].logLikelihood);
      if (!kept.spend.ok) throw new Error(kept.spend.reason);
      const { parameters, logLikelihood, customers } = kept.spend.fit;
      expect(customers).toBe(946);
      const published = { p: '6.2488', q: '3.7446', v: '15.4477' };
      expect(rounded(parameters, published)).toEqual(published);
      expect(logLikelihood.toFixed(2)).toBe('-4055.92');
      expect(kept.holdout).toMatchObject({ customers: 2_357, to: '1997-09-30' });
    });

    it('foretell the second half better than the rule of 90 days does', async () => {
      const json = await run('churn', 'backtest', '--split', '1997-10-01', '--as-of', LAST_DAY, '--format', 'json');
      const result = JSON.parse(json) as Backtest;
      expect(result).toMatchObject({ customers: 2_357, actual: 1_882, returned: 398 });
      for (const name of PURCHASE_MODELS) {
        const model = result.models[name] as ModelBacktest;
        expect(model.auc!).toBeGreaterThan(result.rule.auc! + 0.05);
        expect(Math.abs(model.predicted / result.actual - 1)).toBeLessThan(0.2);
      }
    });

    it('score everybody and record who moved to another band', async () => {
      const first = figuresOf(await run('churn', 'score', '--as-of', '1998-01-31T23:59:59Z'));
      expect(first).toMatchObject({ customers: 2_357, recorded: 2_357 });
      const again = figuresOf(await run('churn', 'score', '--as-of', '1998-01-31T23:59:59Z'));
      expect(again).toMatchObject({ customers: 2_357, recorded: 0 });
      const later = figuresOf(await run('churn', 'score', '--as-of', LAST_DAY));
      expect(later.recorded).toBeGreaterThan(0);
      expect(later.recorded).toBeLessThan(2_357);
      const member = JSON.parse(await run('member', '00004', '--as-of', LAST_DAY)) as { churn: { model: string } };
      expect(member.churn).toMatchObject({ band: 'watch' });
    });
  });
});
