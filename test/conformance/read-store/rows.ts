import type {
  ActivityRow,
  Checkpoint,
  LinkRow,
  MemberRow,
  ParkedRow,
  ProjectionBatch,
  ReadStore,
} from '@perennial/read-store';

export const NOON = Date.UTC(2025, 5, 1, 12);

/** Where an empty store is. */
export const BEGIN: Checkpoint = { position: 0, clock: 0, settled: 0 };

export function member(customerId: string, changes: Partial<MemberRow> = {}): MemberRow {
  return {
    customerId,
    state: `{"customerId":${JSON.stringify(customerId)},"note":"Zürich 東京 🌱"}`,
    position: 1,
    nextDue: null,
    enrolled: true,
    tier: 'base',
    stage: 'active',
    available: 0,
    pending: 0,
    reserved: 0,
    debt: 0,
    purchases: 0,
    value: 0,
    lastPurchaseAt: null,
    ...changes,
  };
}

export function activity(customerId: string, changes: Partial<ActivityRow> = {}): ActivityRow {
  return { customerId, now: NOON, due: null, version: 0, snapshot: '[]', ...changes };
}

export function link(factId: string, changes: Partial<LinkRow> = {}): LinkRow {
  return { factId, aliasId: `alias-of-${factId}`, customerId: 'c-1', occurredAt: NOON, position: 1, ...changes };
}

export function parked(customerId: string, changes: Partial<ParkedRow> = {}): ParkedRow {
  return { customerId, position: 1, error: 'Error: the fold threw', parkedAt: NOON, ...changes };
}

/** A batch that moves the checkpoint on by one record, and writes nothing but what is named. */
export function batch(expected: Checkpoint, changes: Partial<ProjectionBatch> = {}): ProjectionBatch {
  const position = expected.position + 1;
  const checkpoint = { ...expected, position, settled: position };
  const nothing = {
    members: [],
    activities: [],
    removedMembers: [],
    tasks: [],
    changes: [],
    links: [],
    parked: [],
    unparked: [],
  };
  return { expected, checkpoint, ...nothing, ...changes };
}

/** Commits on from wherever the store is. */
export async function commit(store: ReadStore, changes: Partial<ProjectionBatch>): Promise<void> {
  await store.commit(batch(await store.checkpoint(), changes));
}

/** Commits and moves the checkpoint to a position. */
export async function commitAt(store: ReadStore, position: number, changes: Partial<ProjectionBatch>): Promise<void> {
  const expected = await store.checkpoint();
  await store.commit(batch(expected, { checkpoint: { ...expected, position, settled: position }, ...changes }));
}

export function ids(rows: { customerId: string }[]): string[] {
  return rows.map((row) => row.customerId);
}

/** Ids compare by code point; `<` on strings compares UTF-16 units, which puts U+1F331 before U+FB01. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
