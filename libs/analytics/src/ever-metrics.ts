import type { Tier } from '@perennial/membership';
import type { BuyingDay } from './customers/buying-days.js';
import type { CustomerSnapshot } from './customers/customer-snapshot.js';
import { MemberCounts } from './membership/member-counts.js';
import { ReactivationEffect } from './reactivation/effect.js';
import { Cohorts } from './repurchase/cohorts.js';
import { Funnel } from './repurchase/funnel.js';
import { Repurchase } from './repurchase/repurchase.js';
import type { Sign } from './sign.js';

/**
 * All that does not depend on a window (SPEC Appendix D), and of what does, what all time gives. Sums over customers: one
 * who changed is taken out as they were and put in as they are, so that nobody else need be looked at again.
 */
export class EverMetrics {
  private readonly members = new MemberCounts();
  private readonly repurchase = new Repurchase(null);
  private readonly funnel = new Funnel(null);
  private readonly cohorts = new Cohorts();
  private readonly effect = new ReactivationEffect();

  /** @param days of the customer's purchases. @param sign −1 = take out what was added. */
  add(customer: CustomerSnapshot, days: readonly BuyingDay[], sign: Sign = 1): void {
    this.members.add(customer, sign);
    this.repurchase.add(days, sign);
    this.funnel.add(customer.visitDays, customer.cartDays, days, sign);
    this.cohorts.add(days, sign);
    this.effect.add(customer.steps, sign);
  }

  /** @param tiers of the version in force. @throws Error when somebody is in another tier. */
  result(tiers: readonly Pick<Tier, 'id'>[]) {
    return {
      counted: this.members.counted(),
      /** What a window would give, of all time. */
      allTime: { ...this.repurchase.inWindow(), funnel: this.funnel.result() },
      repurchase: this.repurchase.ever(),
      cohorts: this.cohorts.result(),
      members: this.members.result(tiers),
      steps: this.effect.result(),
    };
  }
}

export type EverResult = ReturnType<EverMetrics['result']>;
