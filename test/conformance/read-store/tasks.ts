import { LIVE_TASK_STATES, TASK_STATES } from '@perennial/membership';
import { InvalidCursorError, type ReadStore, type TaskQuery, type TaskRow } from '@perennial/read-store';
import fc from 'fast-check';
import { NOON, byCodePoint, commit, member } from './rows.js';
import type { Subject } from './subject.js';

const STEPS = ['day-30', 'day-60', null] as const;

function task(customerId: string, about: string, changes: Partial<TaskRow> = {}): TaskRow {
  const step = changes.step === undefined ? 'day-30' : changes.step;
  return {
    id: `${about}/${step ?? 'service-recovery'}`,
    customerId,
    kind: step === null ? 'service-recovery' : 'reactivation',
    step,
    about,
    state: 'open',
    reason: null,
    dueAt: NOON,
    openUntil: NOON + 1,
    assignee: null,
    contactedAt: null,
    snoozedUntil: null,
    priority: 0,
    reasons: '[]',
    ...changes,
  };
}

const isLive = ({ state }: TaskRow) => LIVE_TASK_STATES.has(state);

/** What the list must be, worked out from all tasks. */
function expectedList(tasks: TaskRow[], query: TaskQuery): TaskRow[] {
  const { states, step, kind, assignee, customerId, sort = 'priority' } = query;
  return tasks
    .filter((row) => states === undefined || states.includes(row.state))
    .filter((row) => step === undefined || row.step === step)
    .filter((row) => kind === undefined || row.kind === kind)
    .filter((row) => assignee === undefined || row.assignee === assignee)
    .filter((row) => customerId === undefined || row.customerId === customerId)
    .sort((a, b) => {
      const urgency = Number(isLive(b)) - Number(isLive(a)) || b.priority - a.priority;
      return (
        (sort === 'priority' && urgency) ||
        a.dueAt - b.dueAt ||
        byCodePoint(a.id, b.id) ||
        byCodePoint(a.customerId, b.customerId)
      );
    });
}

async function pages(store: ReadStore, query: TaskQuery): Promise<TaskRow[][]> {
  const all: TaskRow[][] = [];
  for (let cursor: string | undefined; ;) {
    const { items, nextCursor } = await store.listTasks({ ...query, cursor });
    all.push(items);
    if (nextCursor === null) return all;
    cursor = nextCursor;
  }
}

const ID = fc.constantFrom('a', 'B', 'é', 'ﬁ', '\u{1f331}');
const CUSTOMERS = ['c-1', 'c-2', '客'];

/** Few different values, so that ties and nulls are everywhere. */
const tasks: fc.Arbitrary<TaskRow[]> = fc.uniqueArray(
  fc
    .record({
      customerId: fc.constantFrom(...CUSTOMERS),
      about: fc.array(ID, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/')),
      step: fc.constantFrom(...STEPS),
      state: fc.constantFrom(...TASK_STATES),
      reason: fc.constantFrom(null, 'because'),
      dueAt: fc.constantFrom(-1, NOON, NOON + 1),
      openUntil: fc.constantFrom(null, NOON),
      assignee: fc.constantFrom(null, 'ann', 'bob'),
      contactedAt: fc.constantFrom(null, NOON),
      snoozedUntil: fc.constantFrom(null, NOON),
      urgency: fc.constantFrom(0, 1, 99, 100),
    })
    .map(({ customerId, about, urgency, ...rest }) => {
      const priority = LIVE_TASK_STATES.has(rest.state) ? urgency : 0;
      const reasons = JSON.stringify(priority === 0 ? [] : [{ code: 'tier', text: 'gold', points: priority }]);
      return task(customerId, about, { ...rest, priority, reasons });
    }),
  { selector: (row) => JSON.stringify([row.customerId, row.id]), maxLength: 60 },
);
const queries: fc.Arbitrary<TaskQuery> = fc.record(
  {
    states: fc.subarray([...TASK_STATES], { minLength: 1 }),
    step: fc.constantFrom('day-30', 'day-60', 'unknown'),
    kind: fc.constantFrom('reactivation' as const, 'service-recovery' as const),
    assignee: fc.constantFrom(null, 'ann', 'nobody-else'),
    customerId: fc.constantFrom(...CUSTOMERS),
    sort: fc.constantFrom('priority' as const, 'dueAt' as const),
    limit: fc.integer({ min: 1, max: 12 }),
  },
  { requiredKeys: [] },
);

function byCustomer(rows: TaskRow[]) {
  return CUSTOMERS.map((customerId) => ({ customerId, tasks: rows.filter((row) => row.customerId === customerId) }));
}

/** Tasks: written with their members, listed as queues. */
export function tasksConformance(subject: Subject): void {
  describe('tasks', () => {
    const live = () => subject().stores.current();

    it('are those of the last batch that named their member', async () => {
      const store = await live();
      const [first, second] = [task('c-1', 'o-1', { priority: 7, reasons: '[{}]' }), task('c-1', 'o-2')];
      const other = task('c-2', 'rv-1', { step: null, openUntil: null, assignee: 'ann', contactedAt: -1 });
      await commit(store, { tasks: byCustomer([first, second, other]) });
      expect(await store.scanTasks(null, 9)).toEqual([first, second, other]);
      const moved: TaskRow = { ...second, state: 'snoozed', snoozedUntil: NOON, reason: 'later' };
      await commit(store, { tasks: [{ customerId: 'c-1', tasks: [moved] }] });
      expect(await store.scanTasks(null, 9)).toEqual([moved, other]);
      await commit(store, { members: [member('c-1')] });
      expect(await store.scanTasks(null, 9)).toEqual([moved, other]);
      expect(await store.task(first.id)).toBeNull();
      expect(await store.task(other.id)).toEqual(other);
    });

    it('go with a member that turned out to be an alias, and may come back under another', async () => {
      const store = await live();
      await commit(store, { tasks: [{ customerId: 'alias', tasks: [task('alias', 'o-1')] }] });
      const joined = task('c-1', 'o-1');
      await commit(store, { removedMembers: ['alias'], tasks: [{ customerId: 'c-1', tasks: [joined] }] });
      expect(await store.scanTasks(null, 9)).toEqual([joined]);
      expect(await store.task('o-1/day-30')).toEqual(joined);
    });

    it('are there in a generation that is being filled, and when it is published', async () => {
      const next = await subject().stores.createNext();
      const many = Array.from({ length: 40 }, (_, i) => task('c-1', `o-${i}`, { dueAt: i }));
      await commit(next, { tasks: [{ customerId: 'c-1', tasks: many }] });
      await commit(next, { tasks: [{ customerId: 'c-1', tasks: many.slice(0, 33) }] });
      await subject().stores.publish(next);
      expect((await (await live()).listTasks({ limit: 100 })).items).toEqual(many.slice(0, 33));
    });

    it('are listed as filtering and sorting all of them gives, whatever the pages', async () => {
      const store = await live();
      await fc.assert(
        fc.asyncProperty(tasks, fc.array(queries, { minLength: 1, maxLength: 6 }), async (some, asked) => {
          await commit(store, { tasks: byCustomer(some) });
          const scanned = some.toSorted((a, b) => byCodePoint(a.customerId, b.customerId) || byCodePoint(a.id, b.id));
          expect(await store.scanTasks(null, 1_000)).toEqual(scanned);
          expect(await store.scanTasks(scanned[2] ?? null, 2)).toEqual(scanned.slice(scanned[2] ? 3 : 0).slice(0, 2));
          for (const query of asked) {
            const read = await pages(store, query);
            expect(read.flat()).toEqual(expectedList(some, query));
            for (const full of read.slice(0, -1)) expect(full).toHaveLength(query.limit ?? 50);
          }
        }),
        { numRuns: 60 },
      );
    });

    it('bear names and reasons of any length and any characters', async () => {
      const store = await live();
      const long = Array.from({ length: 2_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000))).join(
        '',
      );
      const names = ['\0', 'a\0b', '\uffff', '\uffff0', long];
      const some = names.map((name, i) => task('c-1', `o-${i}`, { state: 'claimed', assignee: name, reason: name }));
      for (let i = 0; i < 2; i++) await commit(store, { tasks: [{ customerId: 'c-1', tasks: some }] });
      expect(await store.scanTasks(null, 9)).toEqual(some);
      for (const [i, assignee] of names.entries())
        expect((await store.listTasks({ assignee })).items).toEqual([some[i]]);
    });

    it('are listed 1 to 1,000 at a time', async () => {
      const store = await live();
      for (const limit of [0, 1.5, 1_001]) await expect(store.listTasks({ limit })).rejects.toThrow(RangeError);
    });

    it('have no cursors but their own', async () => {
      const store = await live();
      await commit(store, { tasks: [{ customerId: 'c-1', tasks: [task('c-1', 'o-1'), task('c-1', 'o-2')] }] });
      const { nextCursor } = await store.listTasks({ limit: 1 });
      const forged = [null, 1, {}, ['priority'], ['priority', 1, 1, 1, 1], ['priority', 0.5, 1, 'a', 'b']];
      const encoded = forged.map((cursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url'));
      for (const cursor of ['', '%', ...encoded]) {
        await expect(store.listTasks({ cursor })).rejects.toThrow(InvalidCursorError);
      }
      await expect(store.listTasks({ sort: 'dueAt', cursor: nextCursor! })).rejects.toThrow(InvalidCursorError);
    });
  });
}
