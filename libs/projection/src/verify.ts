import type { EventLog } from '@perennial/event-log';
import { advanceTo, assertConserved, decodeState, foldFacts, type PointsTotals } from '@perennial/membership';
import type {
  ActivityRow,
  Checkpoint,
  MemberRow,
  ReadStore,
  ReadStores,
  TaskPlace,
  TaskRow,
} from '@perennial/read-store';
import { allCustomers } from './fold-all.js';
import { rowOf } from './member-row.js';
import { activityOf } from './metrics/activity.js';
import { ProgramCatalogue } from './program-catalogue.js';
import { taskRowsOf } from './task-rows.js';

/** Whole program, at the store's clock (SPEC §5). */
export interface ConservationReport extends PointsTotals {
  available: number;
  pending: number;
  reserved: number;
  debt: number;
  /** earned + adjusted up + restored = available + pending + reserved − debt + redeemed + expired + clawed back + adjusted down */
  ok: boolean;
}

export interface VerifyReport {
  ok: boolean;
  members: number;
  facts: number;
  /** Position of the log and instant of time at which both sides were compared. */
  position: number;
  clock: number;
  /** Members whose row, or tasks, are not what a fresh fold gives; at most 100. */
  different: { customerId: string; what: string }[];
  parked: { customerId: string; error: string }[];
  conservation: ConservationReport;
}

const PAGE = 1_000;
/** How often it is looked whether partitions have come to one place, and how many times. */
const LOOK_MS = 100;
const MOST_LOOKS = 100;

/**
 * Folds the whole log afresh and compares every member and task of the read store with it, byte by byte. The store must be caught
 * up with the log as far as its own checkpoint; later facts are left out.
 */
export async function verify(log: EventLog, stores: ReadStores): Promise<VerifyReport> {
  const store = await stores.current();
  const { position, clock } = await commonCheckpoint(store);
  const programs = await new ProgramCatalogue(log).history();
  const parked = await store.parked();
  const parkedIds = new Set(parked.map((row) => row.customerId));
  const report: VerifyReport = {
    ok: false,
    members: 0,
    facts: 0,
    position,
    clock,
    different: [],
    parked: parked.map(({ customerId, error }) => ({ customerId, error })),
    conservation: emptyConservation(),
  };
  const rows = scan((after) => store.scanMembers(after, PAGE));
  let row = await rows.next();
  const tasks = new StoredTasks(store);
  for await (const customer of allCustomers(log, position)) {
    report.facts += customer.facts.length;
    for (const stray of await tasks.before(customer.customerId)) differ(report, stray, 'has tasks but no facts');
    const stored = await tasks.of(customer.customerId);
    if (parkedIds.has(customer.customerId)) {
      if (!row.done && row.value.customerId === customer.customerId) row = await rows.next();
      continue;
    }
    const m = foldFacts(customer.customerId, customer.facts, Infinity, programs!)!;
    advanceTo(m, clock, programs!);
    assertConserved(m);
    count(report.conservation, m.points);
    report.members++;
    while (!row.done && isBefore(row.value.customerId, customer.customerId)) {
      differ(report, row.value.customerId, 'has a row but no facts');
      row = await rows.next();
    }
    if (row.done || row.value.customerId !== customer.customerId) differ(report, customer.customerId, 'has no row');
    else {
      compare(report, row.value, rowOf(m, customer.position, programs!));
      row = await rows.next();
    }
    compareTasks(report, customer.customerId, stored, taskRowsOf(m, programs!));
    compareActivity(report, await store.activity(customer.customerId), activityOf(m, programs!));
  }
  for (const stray of await tasks.before(null)) differ(report, stray, 'has tasks but no facts');
  for (; !row.done; row = await rows.next()) differ(report, row.value.customerId, 'has a row but no facts');
  settle(report.conservation);
  report.ok = report.different.length === 0 && parked.length === 0 && report.conservation.ok;
  return report;
}

/** Partitions that others project come to one place as soon as nothing new arrives; until then there is none to compare at. */
async function commonCheckpoint(store: ReadStore): Promise<Checkpoint> {
  for (let looks = 0; ; looks++) {
    const [first, ...others] = await store.checkpoints();
    const same = ({ position, clock }: Checkpoint) => position === first.position && clock === first.clock;
    if (others.every(same)) return first;
    if (looks === MOST_LOOKS)
      throw new Error('The partitions of the read store do not come to one place: verify again');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function* scan(page: (after: string | null) => Promise<MemberRow[]>): AsyncGenerator<MemberRow, undefined> {
  for (let after: string | null = null; ;) {
    const rows = await page(after);
    yield* rows;
    if (rows.length < PAGE) return undefined;
    after = rows[rows.length - 1].customerId;
  }
}

/** The tasks of the read store in order of customerId, taken customer by customer. */
class StoredTasks {
  private page: TaskRow[] = [];
  private next = 0;
  private place: TaskPlace | null = null;

  constructor(private readonly store: ReadStore) {}

  /** Whose tasks come before those of a customer and were not taken; null = before the end. */
  async before(customerId: string | null): Promise<Set<string>> {
    const ids = new Set<string>();
    for (let task = await this.peek(); task !== null; task = await this.peek()) {
      if (customerId !== null && !isBefore(task.customerId, customerId)) break;
      ids.add(task.customerId);
      this.next++;
    }
    return ids;
  }

  async of(customerId: string): Promise<TaskRow[]> {
    const tasks: TaskRow[] = [];
    for (let task = await this.peek(); task?.customerId === customerId; task = await this.peek()) {
      tasks.push(task);
      this.next++;
    }
    return tasks;
  }

  private async peek(): Promise<TaskRow | null> {
    if (this.next === this.page.length) {
      this.page = await this.store.scanTasks(this.place, PAGE);
      this.next = 0;
      if (this.page.length > 0) this.place = this.page[this.page.length - 1];
    }
    return this.page[this.next] ?? null;
  }
}

function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

function differ(report: VerifyReport, customerId: string, what: string): void {
  if (report.different.length < 100) report.different.push({ customerId, what });
}

function compare(report: VerifyReport, stored: MemberRow, fresh: MemberRow): void {
  for (const key of Object.keys(fresh) as (keyof MemberRow)[]) {
    if (stored[key] === fresh[key]) continue;
    differ(
      report,
      stored.customerId,
      key === 'state'
        ? stateDifference(stored.state, fresh.state)
        : `${key}: ${stored[key]} is stored, ${fresh[key]} is right`,
    );
  }
}

function compareTasks(report: VerifyReport, customerId: string, stored: TaskRow[], fresh: TaskRow[]): void {
  const left = new Map(stored.map((task) => [task.id, task]));
  for (const task of fresh) {
    const row = left.get(task.id);
    left.delete(task.id);
    const keys = Object.keys(task) as (keyof TaskRow)[];
    if (!row) differ(report, customerId, `task ${task.id} is not stored`);
    else
      for (const key of keys.filter((key) => row[key] !== task[key]))
        differ(report, customerId, `task ${task.id}: ${key}`);
  }
  for (const id of left.keys()) differ(report, customerId, `task ${id} is stored and does not exist`);
}

function compareActivity(report: VerifyReport, stored: ActivityRow | null, fresh: ActivityRow): void {
  for (const key of Object.keys(fresh) as (keyof ActivityRow)[]) {
    if (stored?.[key] === fresh[key]) continue;
    const was = stored === null ? 'nothing' : stored[key];
    differ(report, fresh.customerId, `activity, ${key}: ${was} is stored, ${fresh[key]} is right`);
  }
}

function stateDifference(stored: string, fresh: string): string {
  const a = decodeState(stored) as unknown as Record<string, unknown>;
  const b = decodeState(fresh) as unknown as Record<string, unknown>;
  const plain = (_key: string, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value);
  const keys = Object.keys(b).filter((key) => JSON.stringify(a[key], plain) !== JSON.stringify(b[key], plain));
  return `state: ${keys.join(', ') || 'order of fields'}`;
}

function emptyConservation(): ConservationReport {
  const totals = { earned: 0, adjustedUp: 0, adjustedDown: 0, redeemed: 0, restored: 0, expired: 0, clawedBack: 0 };
  return { ...totals, available: 0, pending: 0, reserved: 0, debt: 0, ok: false };
}

function count(
  sum: ConservationReport,
  points: Omit<ConservationReport, 'ok' | keyof PointsTotals> & { totals: PointsTotals },
): void {
  sum.available += points.available;
  sum.pending += points.pending;
  sum.reserved += points.reserved;
  sum.debt += points.debt;
  for (const key of Object.keys(points.totals) as (keyof PointsTotals)[]) sum[key] += points.totals[key];
}

function settle(c: ConservationReport): void {
  c.ok =
    c.earned + c.adjustedUp + c.restored ===
    c.available + c.pending + c.reserved - c.debt + c.redeemed + c.expired + c.clawedBack + c.adjustedDown;
}
