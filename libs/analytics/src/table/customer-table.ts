import { type ProgramHistory, type Zone } from '@perennial/membership';
import { type BuyingDay, buyingDays } from '../customers/buying-days.js';
import { decodeSnapshot } from '../customers/snapshot-codec.js';
import { EverMetrics } from '../ever-metrics.js';
import type { Metrics } from '../metrics.js';
import { assemble, windowMetrics } from '../metrics-builder.js';
import type { DayWindow } from '../repurchase/window.js';
import type { RfmRow } from '../rfm/rfm.js';
import { RfmTable, summarize } from '../rfm/scores.js';
import { segmentOf } from '../rfm/segments.js';
import { lastDayBegun } from '../window-metrics.js';
import { Column } from './column.js';
import { IdOrder } from './id-order.js';

const NONE: readonly never[] = [];
/** Answers kept until somebody changes. */
const MOST_CACHED = 64;

export interface MetricsQuestion {
  /** UTC ms. */
  asOf: number;
  /** Null = all time. */
  window: DayWindow | null;
  programs: ProgramHistory;
}

export interface RfmQuery {
  asOf: number;
  programs: ProgramHistory;
  /** Rows after this id. */
  after: string | null;
  limit: number;
  segment?: string;
}

/**
 * Every customer's snapshot in memory, so that metrics need no other look at anything: sums over all history are kept up
 * as customers change, windows and RFM go over what each bought. Gives what `MetricsBuilder` gives (with same-day
 * purchases merged). About 0.7 KB a customer of four purchases.
 */
export class CustomerTable {
  private readonly slots = new Map<string, number>();
  /** Null = the customer was removed. */
  private readonly texts: (string | null)[] = [];
  private readonly days: (readonly BuyingDay[])[] = [];
  private readonly visitDays: (readonly number[])[] = [];
  private readonly cartDays: (readonly number[])[] = [];
  private readonly lastDay = new Column();
  private readonly dayCount = new Column();
  private readonly value = new Column();
  private readonly order = new IdOrder();
  private readonly ever = new EverMetrics();
  private present = 0;
  private cache = new Map<string, unknown>();

  constructor(private readonly zone: Zone) {}

  /** How many customers there are. */
  get size(): number {
    return this.present;
  }

  /** The customer of a slot, also after they were removed. */
  idAt(slot: number): string {
    return this.order.idAt(slot);
  }

  /**
   * Puts a customer in the place of what was known of them.
   * @param text of `encodeSnapshot`. @returns their slot: a small number that stays theirs for ever.
   */
  put(customerId: string, text: string): number {
    const slot = this.slots.get(customerId) ?? this.newSlot(customerId);
    if (this.texts[slot] === text) return slot;
    this.takeOut(slot);
    this.putIn(slot, text);
    this.cache.clear();
    return slot;
  }

  /** @returns the slot of the customer; null when there never was such a one. */
  remove(customerId: string): number | null {
    const slot = this.slots.get(customerId) ?? null;
    if (slot !== null) this.takeOut(slot);
    this.cache.clear();
    return slot;
  }

  /** Does some work as if some customers were otherwise (null = not there), then has everything as it was. */
  supposing<T>(others: ReadonlyMap<string, string | null>, work: () => T): T {
    if (others.size === 0) return work();
    const before = [...others.keys()].map((id) => [id, this.texts[this.slots.get(id) ?? -1] ?? null] as const);
    const kept = this.cache;
    this.cache = new Map();
    try {
      for (const [id, text] of others) this.replace(id, text);
      return work();
    } finally {
      for (const [id, text] of before) this.replace(id, text);
      this.cache = kept;
    }
  }

  /** @throws RangeError when the window ends before it starts, or is empty. */
  metrics({ asOf, window, programs }: MetricsQuestion): Metrics {
    const version = programs.indexAt(asOf);
    const mergeSameDay = true;
    const tiers = programs.program(version).tiers;
    const ever = this.cached(`ever ${version}`, () => this.ever.result(tiers));
    // Of the instant only the day shows, and the version.
    const begun = lastDayBegun(this.zone, asOf);
    const inWindow = this.cached(`window ${window?.from} ${window?.to} ${begun} ${version}`, () =>
      this.overWindow(windowMetrics({ asOf, window, programs, version })),
    );
    const rfm = this.cached(`cells ${this.zone.dayOf(asOf)}`, () => this.rfmTable(asOf).cells());
    return assemble({ asOf, mergeSameDay }, ever, inWindow, rfm);
  }

  /** A page of buyers with their scores, in order of customerId. */
  rfm({ asOf, after, limit, segment }: RfmQuery): RfmRow[] {
    const scale = this.cached(`scale ${this.zone.dayOf(asOf)}`, () => this.rfmTable(asOf).scale());
    const rows: RfmRow[] = [];
    for (const slot of this.order.slotsAfter(after)) {
      if (rows.length === limit) break;
      if (this.days[slot].length === 0) continue;
      const scores = scale.scores(this.lastDay.get(slot), this.dayCount.get(slot), this.value.get(slot));
      const row = { customerId: this.order.idAt(slot), ...scores, segment: segmentOf(scores) };
      if (segment === undefined || segment === row.segment) rows.push(row);
    }
    return rows;
  }

  private overWindow(window: ReturnType<typeof windowMetrics>) {
    if (window === null) return null;
    for (let slot = 0; slot < this.texts.length; slot++) {
      window.add({ visitDays: this.visitDays[slot], cartDays: this.cartDays[slot] }, this.days[slot]);
    }
    return window.result();
  }

  private rfmTable(asOf: number): RfmTable {
    const table = new RfmTable(this.zone.dayOf(asOf), this.texts.length);
    const lastDay = this.lastDay.first(this.texts.length);
    const dayCount = this.dayCount.first(this.texts.length);
    const value = this.value.first(this.texts.length);
    for (let slot = 0; slot < this.texts.length; slot++) {
      if (this.days[slot].length > 0) table.addBuyer(lastDay[slot], dayCount[slot], value[slot]);
    }
    return table;
  }

  private replace(customerId: string, text: string | null): void {
    if (text === null) this.remove(customerId);
    else this.put(customerId, text);
  }

  private newSlot(customerId: string): number {
    const slot = this.texts.length;
    this.slots.set(customerId, slot);
    this.order.add(customerId);
    this.texts[slot] = null;
    this.days[slot] = this.visitDays[slot] = this.cartDays[slot] = NONE;
    return slot;
  }

  private putIn(slot: number, text: string): void {
    const snapshot = decodeSnapshot(this.order.idAt(slot), text, this.zone);
    const days = buyingDays(snapshot.purchases, true);
    this.ever.add(snapshot, days);
    this.present++;
    this.texts[slot] = text;
    this.days[slot] = orNone(days);
    this.visitDays[slot] = orNone(snapshot.visitDays);
    this.cartDays[slot] = orNone(snapshot.cartDays);
    const buyer = summarize(days);
    if (buyer === null) return;
    this.lastDay.set(slot, buyer.lastDay);
    this.dayCount.set(slot, buyer.days);
    this.value.set(slot, buyer.value);
  }

  private takeOut(slot: number): void {
    const text = this.texts[slot];
    if (text === null) return;
    this.ever.add(decodeSnapshot(this.order.idAt(slot), text, this.zone), this.days[slot], -1);
    this.present--;
    this.texts[slot] = null;
    this.days[slot] = this.visitDays[slot] = this.cartDays[slot] = NONE;
  }

  private cached<T>(key: string, compute: () => T): T {
    if (this.cache.has(key)) return this.cache.get(key) as T;
    if (this.cache.size >= MOST_CACHED) this.cache.clear();
    const result = compute();
    this.cache.set(key, result);
    return result;
  }
}

/** One empty list for everybody who has none. */
function orNone<T>(items: readonly T[]): readonly T[] {
  return items.length === 0 ? NONE : items;
}
