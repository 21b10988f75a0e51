import type { ChangeRow, MemberRow, ReadStore, TaskRow } from '@perennial/read-store';

const PAGE = 1_000;

/** All rows that a rebuild must make again, byte by byte. */
export async function everything(store: ReadStore) {
  return {
    members: await all<MemberRow>((last) => store.scanMembers(last?.customerId ?? null, PAGE)),
    tasks: await all<TaskRow>((last) => store.scanTasks(last, PAGE)),
    changes: await all<ChangeRow>((last) => store.changes({ after: last, limit: PAGE })),
  };
}

async function all<Row>(pageAfter: (last: Row | null) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await pageAfter(rows.at(-1) ?? null);
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}
