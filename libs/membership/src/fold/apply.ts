import { updateCart } from '../carts/abandonment.js';
import { type Fact, factRow, type FactOf } from '../facts/fact.js';
import { birthdayTold } from '../facts/personal-data.js';
import { cancelOrder, fulfilOrder, payOrder, placeOrder, refundOrder } from '../orders/orders.js';
import { adjust } from '../points/adjustments.js';
import { setBirthday } from '../points/birthday.js';
import { earnForEngagement, earnForRegistration, earnForReview } from '../points/bonuses.js';
import { cancelRedemption, commitReservation, redeem, releaseReservation, reserve } from '../points/spending.js';
import { noteDay } from '../lifecycle/activity-days.js';
import { assessChurn } from '../churn/assessment.js';
import { claim, complete, contact, dismiss, snooze, suppressTasks } from '../reactivation/tasks.js';
import { recoverService } from '../reviews/service-recovery.js';
import { grantTier, revokeGrant } from '../tiers/grants.js';
import { enrol } from '../tiers/tiers.js';
import type { FoldContext } from './context.js';
import type { MemberState } from './state.js';

/** The order that a fact is about in the sense of ruling 4; null for every other fact. */
export function orderSpokenOf(fact: Fact): string | null {
  switch (fact.type) {
    case 'OrderPaid':
    case 'OrderFulfilled':
    case 'OrderCancelled':
    case 'OrderRefunded':
      return fact.data.orderId;
    default:
      return null;
  }
}

/** The first fact enrols where enrolment is automatic, also one without any other effect (SPEC §6, ruling 4). */
function begin(m: MemberState, cx: FoldContext, fact: Fact, at: number): void {
  m.now = at;
  cx.running = { fact: fact.id };
  if (m.last === null) cx.announce(m, 'stage-changed', m.customerId, null, m.stage.current);
  if (m.enrolledAt === null && cx.program(m).enrolment === 'automatic') enrol(m, cx);
}

/** A fact about an order that is not placed yet: for now it only shows that the customer exists (ruling 4). */
export function noteFact(m: MemberState, cx: FoldContext, fact: Fact, orderId: string): void {
  begin(m, cx, fact, fact.occurredAt);
  if (!m.awaitedOrders.includes(orderId)) m.awaitedOrders.push(orderId);
  m.last = { at: fact.occurredAt, row: factRow(fact.type), id: fact.id };
}

/** Applies one fact at `at`; every timer up to then has fired. */
export function applyEffect(m: MemberState, cx: FoldContext, fact: Fact, at: number): void {
  begin(m, cx, fact, at);
  dispatch(m, cx, fact);
  m.last = { at, row: factRow(fact.type), id: fact.id };
}

/** True the first time that a natural key is seen; equal repetitions and merged histories bring it again (rulings 1, 2). */
function firstOf(m: MemberState, key: string): boolean {
  if (m.seen.has(key)) return false;
  m.seen.add(key);
  return true;
}

function dispatch(m: MemberState, cx: FoldContext, fact: Fact): void {
  switch (fact.type) {
    case 'CustomerRegistered':
      return register(m, cx, fact);
    case 'ProfileUpdated':
      return updateProfile(m, cx, fact);
    case 'ConsentChanged':
      m.consents[fact.data.channel] = fact.data.granted;
      return;
    case 'IdentityLinked':
      // Links take effect outside time, on whose facts are folded (ruling 44).
      return;
    case 'VisitRecorded':
      return noteDay(m.visitDays, cx.zone.dayOf(m.now));
    case 'CartUpdated':
      return updateCart(m, cx, fact.data);
    case 'OrderPlaced':
      placeOrder(m, cx, fact);
      m.awaitedOrders = m.awaitedOrders.filter((id) => id !== fact.data.orderId);
      return;
    case 'OrderPaid':
      return payOrder(m, cx, fact.data.orderId);
    case 'OrderFulfilled':
      return fulfilOrder(m, cx, fact.data.orderId);
    case 'OrderCancelled':
      return cancelOrder(m, cx, fact.data.orderId);
    case 'OrderRefunded':
      if (firstOf(m, `refund/${fact.data.refundId}`)) refundOrder(m, cx, fact);
      return;
    case 'ReviewSubmitted':
      if (!firstOf(m, `review/${fact.data.reviewId}`)) return;
      earnForReview(m, cx, fact);
      return recoverService(m, cx, fact.data);
    case 'EngagementRecorded': {
      const { kind, reference } = fact.data;
      if (reference === undefined || firstOf(m, `engagement/${kind} ${reference}`)) earnForEngagement(m, cx, fact);
      return;
    }
    case 'ChurnRiskAssessed':
      return assessChurn(m, cx, fact.data);
    case 'PointsRedeemed':
      return redeem(m, cx, fact.data);
    case 'PointsReserved':
      return reserve(m, cx, fact.data);
    case 'ReservationCommitted':
      return commitReservation(m, cx, fact.data.reservationId);
    case 'ReservationReleased':
      return releaseReservation(m, cx, fact.data.reservationId);
    case 'RedemptionCancelled':
      return cancelRedemption(m, cx, fact.data.redemptionId);
    case 'PointsAdjusted':
      if (firstOf(m, `adjustment/${fact.data.adjustmentId}`)) adjust(m, cx, fact.data);
      return;
    case 'TierGranted':
      return grantTier(m, cx, fact.data);
    case 'TierGrantRevoked':
      return revokeGrant(m, cx);
    case 'TaskClaimed':
      return claim(m, cx, fact.data);
    case 'TaskContacted':
      return contact(m, cx, fact.data);
    case 'TaskSnoozed':
      return snooze(m, cx, fact.data);
    case 'TaskDismissed':
      return dismiss(m, cx, fact.data);
    case 'TaskCompleted':
      return complete(m, cx, fact.data);
    case 'PersonalDataErased':
      return erase(m, cx);
  }
}

/** The first registration enrols and gives the sign-up bonus; a later one only updates profile and consents (ruling 5). */
function register(m: MemberState, cx: FoldContext, fact: FactOf<'CustomerRegistered'>): void {
  const first = m.registeredAt === null;
  if (first) {
    m.registeredAt = m.now;
    if (m.enrolledAt === null) enrol(m, cx);
  }
  updateProfile(m, cx, fact);
  Object.assign(m.consents, fact.data.consents);
  if (first) earnForRegistration(m, cx, fact.id);
}

/** Of a profile only the birthday counts, and it is there whether or not the rest can still be read. */
function updateProfile(m: MemberState, cx: FoldContext, fact: Fact): void {
  const birthday = birthdayTold(fact);
  if (birthday !== undefined) setBirthday(m, cx, birthday);
}

/** PersonalDataErased (SPEC §12): nothing personal is kept, nobody is contacted; points and tier stay as they are. */
function erase(m: MemberState, cx: FoldContext): void {
  if (m.erasedAt !== null) return;
  m.erasedAt = m.now;
  setBirthday(m, cx, null);
  suppressTasks(m, cx);
  cx.announce(m, 'personal-data-erased', m.customerId, false, true);
}
