import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreSettings } from './store-settings.js';

/** Removes the read store: it is made anew from the log. Nobody may have it open. */
export async function removeReadStore({ dataDir }: StoreSettings): Promise<void> {
  for (const file of await readdir(dataDir)) if (file.startsWith('read')) await rm(join(dataDir, file));
}
