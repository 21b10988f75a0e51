import type { ReadStore } from '@perennial/read-store';

/** All rows that a rebuild must make again, byte by byte. */
export async function everything(store: ReadStore) {
  return {
    members: await store.scanMembers(null, 1_000),
    tasks: await store.scanTasks(null, 1_000),
    changes: await store.changes({ after: null, limit: 1_000 }),
  };
}
