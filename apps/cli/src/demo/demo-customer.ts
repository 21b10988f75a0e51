import type { CustomerFactType, FactDataByType, FactJson, LineData } from '@perennial/membership';
import { CATALOGUE } from './demo-catalogue.js';
import { Chance } from './demo-chance.js';
import { consentsOf, type Habit, HABITS, profileOf } from './demo-people.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Said with every fact: nobody can take them for real ones. */
export const DEMO_SOURCE = 'simulated-shop';
const CHANNELS = ['web', 'web', 'app', 'app', 'wechat', 'store'];
const REFERRERS = ['search', 'newsletter', 'friends', 'livestream'];
const RATINGS = [
  { weight: 2, rating: 1 },
  { weight: 3, rating: 2 },
  { weight: 8, rating: 3 },
  { weight: 32, rating: 4 },
  { weight: 55, rating: 5 },
];

/** Everything that one customer of the simulated shop does between two instants, UTC ms. */
export class DemoCustomer {
  readonly facts: FactJson[] = [];
  private readonly chance: Chance;
  private readonly habit: Habit;
  private readonly channel: string;
  /** Before they register, those who look around first have an id that says nothing. */
  private shownAs: string;
  private registered = false;
  private orders = 0;
  private serial = 0;
  /** What orders earned that nothing took back, with the instants at which they surely can be spent. */
  private readonly earned: { points: number; from: number }[] = [];
  private spent = 0;

  constructor(
    private readonly id: string,
    seed: number,
    private readonly until: number,
  ) {
    this.chance = new Chance(seed);
    this.habit = this.chance.weighted(HABITS);
    this.channel = this.chance.pick(CHANNELS);
    this.shownAs = this.chance.flip(0.4) ? `${id}-browser` : id;
  }

  /** Lives from `from` on. */
  live(from: number): FactJson[] {
    const { chance, habit } = this;
    let t = from;
    if (this.shownAs !== this.id) this.look(t - chance.waiting(2 * DAY_MS));
    if (chance.flip(habit.registers)) this.register(t);
    for (;;) {
      this.shop(this.daytime(t));
      if (chance.flip(habit.leaves)) break;
      t += DAY_MS + chance.waiting(habit.interval * this.mood(t));
      if (t >= this.until) break;
    }
    const last = Math.min(t, this.until);
    if (this.registered && habit.checkIn !== null) this.checkIn(from, last, habit.checkIn);
    if (chance.flip(0.15)) this.look(last + chance.waiting(40 * DAY_MS));
    return this.facts;
  }

  /** November and the weeks before New Year's are busy, summer is slow. */
  private mood(t: number): number {
    const month = new Date(t).getUTCMonth();
    return month === 9 || month === 10 ? 0.65 : month === 6 || month === 7 ? 1.3 : 1;
  }

  /** The same day at an hour at which people in China shop. */
  private daytime(t: number): number {
    const start = Math.floor(t / DAY_MS) * DAY_MS;
    return start + Math.floor(this.chance.whole(0, 14) * HOUR_MS + this.chance.next() * HOUR_MS);
  }

  private tell<T extends CustomerFactType>(type: T, at: number, data: FactDataByType[T], customerId = this.id): void {
    if (at >= this.until) return;
    const occurredAt = new Date(Math.floor(at)).toISOString();
    const id = `${this.id}-${++this.serial}`;
    this.facts.push({ id, type, customerId, occurredAt, source: DEMO_SOURCE, data });
  }

  private look(t: number): void {
    const { chance } = this;
    const sessionId = `${this.id}-s${this.serial}`;
    const { sku } = chance.weighted(CATALOGUE);
    const referrer = chance.flip(0.5) ? { referrer: chance.pick(REFERRERS) } : {};
    this.tell('VisitRecorded', t, { sessionId, channel: this.channel, page: '/', ...referrer }, this.shownAs);
    this.tell('VisitRecorded', t + 2 * MINUTE_MS, { sessionId, channel: this.channel, sku }, this.shownAs);
    if (chance.flip(0.25)) {
      this.tell(
        'CartUpdated',
        t + 4 * MINUTE_MS,
        { cartId: `${this.id}-k${this.serial}`, lines: this.lines() },
        this.shownAs,
      );
    }
  }

  private register(t: number): void {
    this.registered = true;
    const profile = profileOf(this.id, this.chance);
    this.tell('CustomerRegistered', t, { profile, channel: this.channel, consents: consentsOf(this.chance) });
    if (this.shownAs !== this.id) this.tell('IdentityLinked', t + MINUTE_MS, { aliasId: this.shownAs });
    this.shownAs = this.id;
    if (this.chance.flip(0.06)) this.tell('ConsentChanged', t + 60 * DAY_MS, { channel: 'email', granted: false });
    if (this.chance.flip(0.04)) this.tell('EngagementRecorded', t + DAY_MS, { kind: 'referral', reference: this.id });
  }

  private lines(): LineData[] {
    const { chance } = this;
    const count = chance.weighted([
      { weight: 60, n: 1 },
      { weight: 28, n: 2 },
      { weight: 12, n: 3 },
    ]).n;
    const products = new Set(Array.from({ length: count }, () => chance.weighted(CATALOGUE)));
    return [...products].map(({ sku, category, price }) => {
      const quantity = chance.flip(0.8) ? 1 : chance.whole(2, 4);
      const discount = chance.flip(0.15) ? { discount: Math.floor((price * quantity) / 10) } : {};
      return { sku, category, quantity, unitPrice: price, ...discount };
    });
  }

  /** Visits, a cart, an order, and what becomes of it. */
  private shop(t: number): void {
    const { chance } = this;
    for (let n = chance.whole(0, this.habit.visits); n > 0; n--) this.look(t - n * chance.waiting(DAY_MS) - HOUR_MS);
    const orderId = `${this.id}-o${++this.orders}`;
    const cartId = `${orderId}-cart`;
    const lines = this.lines();
    this.tell('CartUpdated', t - 10 * MINUTE_MS, { cartId, lines });
    const payment = chance.flip(0.9) ? 'paid' : 'pending';
    const shipping = chance.flip(0.5) ? 0 : 1_000;
    this.tell('OrderPlaced', t, { orderId, payment, currency: 'CNY', channel: this.channel, cartId, shipping, lines });
    if (payment === 'pending') {
      if (chance.flip(0.2)) return this.tell('OrderCancelled', t + DAY_MS, { orderId });
      this.tell('OrderPaid', t + chance.whole(5, 600) * MINUTE_MS, { orderId });
    }
    if (chance.flip(0.02)) return this.tell('OrderCancelled', t + DAY_MS, { orderId });
    this.deliver(t + chance.whole(30, 140) * HOUR_MS, orderId, lines);
  }

  private deliver(t: number, orderId: string, lines: LineData[]): void {
    const { chance } = this;
    if (chance.flip(0.93)) this.tell('OrderFulfilled', t, { orderId });
    const [{ sku }] = lines;
    if (chance.flip(0.06)) return this.sendBack(t + chance.waiting(4 * DAY_MS), orderId, lines);
    if (chance.flip(this.habit.reviews)) this.review(t + chance.waiting(5 * DAY_MS), orderId, sku);
    if (chance.flip(this.habit.reviews / 2)) {
      this.tell('EngagementRecorded', t + chance.waiting(3 * DAY_MS), { kind: 'share', reference: orderId });
    }
    const value = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice - (line.discount ?? 0), 0);
    this.earned.push({ points: Math.floor(value / 100), from: t + 30 * DAY_MS });
    if (this.registered && chance.flip(0.3)) this.redeem(t + chance.waiting(20 * DAY_MS));
  }

  private sendBack(t: number, orderId: string, lines: LineData[]): void {
    const { sku, quantity } = this.chance.pick(lines);
    const refund = { refundId: `${orderId}-r1`, orderId };
    this.tell('OrderRefunded', t, this.chance.flip(0.5) ? refund : { ...refund, lines: [{ sku, quantity }] });
  }

  private review(t: number, orderId: string, sku: string): void {
    const { rating } = this.chance.weighted(RATINGS);
    const hasMedia = this.chance.flip(0.25);
    this.tell('ReviewSubmitted', t, { reviewId: `${orderId}-w1`, sku, orderId, rating, hasMedia });
  }

  /** Spends a part of what has surely become available. */
  private redeem(t: number): void {
    const available = this.earned.reduce((sum, { points, from }) => (from <= t ? sum + points : sum), 0) - this.spent;
    const points = Math.floor((available * this.chance.whole(20, 60)) / 100);
    if (points < 50 || t >= this.until) return;
    this.spent += points;
    const purpose = this.chance.pick(['discount', 'goods', 'lottery']);
    this.tell('PointsRedeemed', t, { redemptionId: `${this.id}-d${this.serial}`, points, purpose });
  }

  private checkIn(from: number, until: number, interval: number): void {
    for (let t = from + this.chance.waiting(interval); t < until; t += DAY_MS + this.chance.waiting(interval)) {
      this.tell('EngagementRecorded', t, { kind: 'check-in' });
    }
  }
}
