import { setTimeout as sleep } from 'node:timers/promises';
import { Column, CustomerTable } from '@perennial/analytics';
import type { MemberState, ProgramHistory, Zone } from '@perennial/membership';
import type { ActivityRow, ReadStore } from '@perennial/read-store';
import type { Stores } from '../stores.js';
import { activityOf } from './activity.js';
import { programsOf } from './metrics-reader.js';
import { type Answer, answerFrom, type Question } from './question.js';

const PAGE = 5_000;
/** Customers that are folded for one question alone, about 0.1 ms each; more are a matter for the whole log. */
const MOST_FOLDED = 1_000;
/** The projector is moments behind the log, unless it does not run. */
const PATIENCE_MS = 1_000;
const LOOK_AGAIN_MS = 10;

export interface LiveOptions {
  /** How many customers may be folded for one question alone; default 1,000. */
  mostFolded?: number;
  /** How long a question about a named instant waits for the read store to reach the head of the log; default 1,000. */
  patienceMs?: number;
}

/**
 * Everybody as the read store has them, in memory: what changed there is read on from a mark, so questions about now cost
 * the same however long the history is. Of each customer it is known from when until when they are as they are: who is
 * otherwise at the instant of a question is folded for it.
 *
 * One thing at a time: callers wait for one call before the next.
 */
export class LiveCustomers {
  private table: CustomerTable | null = null;
  private zone: Zone | null = null;
  private generation = -1;
  private mark = 0;
  private slots = 0;
  /** By slot: what ActivityRow says; a customer who is no more is as they are for ever. */
  private readonly now = new Column();
  private readonly due = new Column();
  private readonly version = new Column();

  constructor(
    private readonly sources: Pick<Stores, 'log' | 'stores' | 'catalogue' | 'reader'>,
    private readonly options: LiveOptions = {},
  ) {}

  /** Takes in what changed in the read store, and lets time pass up to `now` (UTC ms). */
  async refresh(now: number): Promise<void> {
    const store = await this.sources.stores.current();
    const { catalogue } = this.sources;
    let { zone } = await programsOf(catalogue);
    for (;;) {
      if (store.generation !== this.generation || zone !== this.zone) this.startOver(store.generation, zone);
      await this.takeIn(store);
      // Read after the rows, so that no row is of a later version than is known here; the first one brings its zone.
      const programs = await programsOf(catalogue);
      if (programs.zone === zone) return this.passTime(store, now, programs);
      zone = programs.zone;
    }
  }

  /**
   * Answers as of the question's instant, or `now`: about now what the read store holds, about an instant that was named
   * everything that the log held when it was asked.
   * @returns null when that is not to be had from here: too many customers are otherwise then, or the read store is behind.
   * @throws RangeError when the window ends before it starts, or is empty.
   */
  async answer(question: Question, now: number): Promise<Answer | null> {
    const { stores, log, catalogue } = this.sources;
    const asOf = question.asOf ?? now;
    const store = await stores.current();
    if (store.needsRebuild) return null;
    if (question.asOf !== null && !(await this.reaches(store, await log.head()))) return null;
    await this.refresh(Math.min(now, asOf));
    const programs = await programsOf(catalogue);
    const others = await this.othersAt(store, asOf, programs);
    if (others === null) return null;
    const table = this.table!;
    return table.supposing(others, () => answerFrom(table, question, asOf, programs));
  }

  /** Whether the read store holds the log up to a position, now or in a moment. */
  private async reaches(store: ReadStore, position: number): Promise<boolean> {
    const deadline = performance.now() + (this.options.patienceMs ?? PATIENCE_MS);
    while ((await store.checkpoint()).position < position) {
      if (performance.now() > deadline) return false;
      await sleep(LOOK_AGAIN_MS);
    }
    return true;
  }

  private startOver(generation: number, zone: Zone): void {
    this.table = new CustomerTable(zone);
    this.zone = zone;
    this.generation = generation;
    this.mark = 0;
    this.slots = 0;
  }

  private async takeIn(store: ReadStore): Promise<void> {
    for (;;) {
      const { rows, mark } = await store.activities(this.mark, PAGE);
      if (rows.length === 0) return;
      for (const row of rows) {
        if ('removed' in row) this.remove(row.customerId);
        else this.put(row);
      }
      this.mark = mark;
    }
  }

  private put({ customerId, now, due, version, snapshot }: ActivityRow): void {
    const slot = this.table!.put(customerId, snapshot);
    this.slots = Math.max(this.slots, slot + 1);
    this.now.set(slot, now);
    this.due.set(slot, due ?? Infinity);
    this.version.set(slot, version);
  }

  private remove(customerId: string): void {
    const slot = this.table!.remove(customerId);
    if (slot === null) return;
    this.now.set(slot, -Infinity);
    this.due.set(slot, Infinity);
    this.version.set(slot, Number.MAX_SAFE_INTEGER);
  }

  /** What falls due is the same whenever it is looked at, so customers stay as time has made them. */
  private async passTime(store: ReadStore, now: number, programs: ProgramHistory): Promise<void> {
    const due = this.outdated(now, programs, (slot) => this.now.get(slot) <= now);
    for (const [customerId, state] of await this.fold(store, due, now, programs)) {
      // Nobody with this id yet, or any more: the read store will come to it.
      if (state?.customerId === customerId) this.put(activityOf(state, programs));
    }
  }

  /** Snapshots at `asOf` of those whom the table has otherwise; null snapshot = not there yet; null = too many. */
  private async othersAt(
    store: ReadStore,
    asOf: number,
    programs: ProgramHistory,
  ): Promise<Map<string, string | null> | null> {
    const outdated = this.outdated(asOf, programs, () => true);
    if (outdated.length > (this.options.mostFolded ?? MOST_FOLDED)) return null;
    const others = new Map<string, string | null>();
    for (const [customerId, state] of await this.fold(store, outdated, asOf, programs)) {
      const snapshot = state?.customerId === customerId ? activityOf(state, programs).snapshot : null;
      others.set(customerId, snapshot);
    }
    return others;
  }

  /** Slots of those whom the table has as they were at another instant. */
  private outdated(asOf: number, programs: ProgramHistory, wanted: (slot: number) => boolean): number[] {
    const now = this.now.first(this.slots);
    const due = this.due.first(this.slots);
    const version = this.version.first(this.slots);
    const ends = programs.versions.map((_, index) => programs.nextFrom(index));
    const found: number[] = [];
    for (let slot = 0; slot < this.slots; slot++) {
      const current = now[slot] <= asOf && due[slot] > asOf && !(ends[version[slot]] <= asOf);
      if (!current && wanted(slot)) found.push(slot);
    }
    return found;
  }

  /** States at an instant, but of those who are set aside because their fold throws: they count as they were. */
  private async fold(
    store: ReadStore,
    slots: readonly number[],
    asOf: number,
    programs: ProgramHistory,
  ): Promise<[customerId: string, state: MemberState | null][]> {
    if (slots.length === 0) return [];
    const parked = new Set((await store.parked()).map((row) => row.customerId));
    const states: [string, MemberState | null][] = [];
    for (const slot of slots) {
      const customerId = this.table!.idAt(slot);
      if (parked.has(customerId)) continue;
      states.push([customerId, await this.sources.reader.stateAt(customerId, asOf, programs)]);
    }
    return states;
  }
}
