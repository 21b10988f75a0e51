// Fits the churn models to all of CDNOW (or to as many made-up customers where it is absent), and scores a million.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  compress,
  fitPurchases,
  fitSpend,
  PURCHASE_MODELS,
  purchaseModel,
  Scorer,
  summarise,
} from '@perennial/analytics';

const DAY = 86_400_000;
const CDNOW = new URL('../../../shared/data/CDNOW_master.txt.gz', import.meta.url);
const SCORED = 1_000_000;

function timed(what, work) {
  const start = performance.now();
  const result = work();
  console.log(`${what.padEnd(52)} ${((performance.now() - start) / 1_000).toFixed(2).padStart(6)} s`);
  return result;
}

/** Customers with their purchases, by day. */
function cdnow() {
  const purchases = new Map();
  for (const line of gunzipSync(readFileSync(CDNOW)).toString().trim().split('\n').slice(1)) {
    const [id, date, , dollars] = line.trim().split(/\s+/);
    const day = Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6)) / DAY;
    if (!purchases.has(id)) purchases.set(id, []);
    purchases.get(id).push({ orderId: '', paidAt: day * DAY, day, value: Math.round(dollars * 100) });
  }
  return Array.from(purchases, ([customerId, list]) => ({ customerId, purchases: list }));
}

/** Buyers of two years, by multiplicative hashing: no two runs differ. */
function* madeUp(count) {
  for (let i = 0; i < count; i++) {
    const hash = (Math.imul(i + 1, 2_654_435_761) >>> 0) / 2 ** 32;
    const T = 1 + Math.floor(729 * hash);
    const x = Math.min(T, Math.floor(0.4 / (0.02 + ((i * 0.618034) % 1))));
    const tx = x === 0 ? 0 : Math.max(1, Math.ceil(T * ((i * 0.754878) % 1)));
    yield { customerId: `c-${i}`, x, tx, T, meanValue: x === 0 ? null : 500 + (i % 9_500), totalValue: 0 };
  }
}

const end = Date.UTC(1998, 5, 30) / DAY;
const histories = existsSync(CDNOW) ? cdnow().map((customer) => summarise(customer, end)) : [...madeUp(23_570)];
console.log(`${existsSync(CDNOW) ? 'CDNOW' : 'made up'}: ${histories.length} customers`);
const table = timed('compress', () => compress(histories));
console.log(`${table.rows} different histories`);
const fits = PURCHASE_MODELS.map((name) => timed(`fit ${name}`, () => fitPurchases(purchaseModel(name), table)));
const repeat = histories.filter(({ x }) => x > 0).map(({ x, meanValue }) => ({ x, mean: meanValue }));
const spend = timed('fit gamma-gamma', () => fitSpend(repeat, 100));
const million = [...madeUp(SCORED)];
for (const [i, name] of PURCHASE_MODELS.entries()) {
  timed(`score ${SCORED.toLocaleString('en')} by ${name}, with lifetime values`, () => {
    const scorer = new Scorer(fits[i].fit, spend.fit);
    let alive = 0;
    for (const history of million) alive += scorer.score(history).probabilityAlive;
    return alive;
  });
}
