import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedItem } from '@perennial/delivery';
import type { EventLog } from '@perennial/event-log';
import { catchUp, verify } from '@perennial/projection';
import { openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { everything } from '../../histories/everything.js';

/** The read store is what a fresh fold of the log gives, and row by row what one projector alone would have written. */
export async function checkReadStore(
  log: EventLog,
  stores: ReadStores,
  got: readonly FeedItem[],
  dir: string,
): Promise<string[]> {
  const problems: string[] = [];
  const { ok, different, parked } = await verify(log, stores);
  if (!ok) problems.push(`verify: ${JSON.stringify({ different, parked })}`);
  const live = await everything(await stores.current());
  const fresh = await madeAtOnce(log, join(dir, 'fresh'));
  for (const kind of ['members', 'tasks', 'changes'] as const) {
    const difference = firstDifference(live[kind], fresh[kind]);
    if (difference) problems.push(`${kind}, live and made at once: ${difference}`);
  }
  const ids = fresh.changes.map(({ position, ordinal, customerId }) => `${position}-${ordinal}-${customerId}`);
  const difference = firstDifference(
    got.map(({ id }) => id),
    ids,
  );
  if (difference) problems.push(`changes, as the subscriber got them and made at once: ${difference}`);
  return problems;
}

async function madeAtOnce(log: EventLog, dir: string) {
  mkdirSync(dir, { recursive: true });
  const stores = openSqliteReadStores({ dir });
  try {
    const store = await stores.createNext();
    await catchUp(log, store, { onFailure: 'stop' });
    return await everything(store);
  } finally {
    await stores.close();
  }
}

function firstDifference(a: readonly unknown[], b: readonly unknown[]): string | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [JSON.stringify(a[i]), JSON.stringify(b[i])];
    if (left !== right) return `of ${a.length} and ${b.length}, no. ${i + 1} differs: ${left} and ${right}`;
  }
  return null;
}
