import type { Fact } from './fact.js';

/**
 * What a fact is the only one of, whatever its message id (SPEC §1, ruling 2). Keys are global; an engagement's is per
 * customerId as sent. Different keys are different texts: kinds hold no slash, and what has several parts is JSON.
 *
 * @returns undefined for facts that have no natural key, engagements without a reference among them.
 */
export function naturalKey(fact: Fact): string | undefined {
  switch (fact.type) {
    case 'OrderPlaced':
      return `order/${fact.data.orderId}`;
    case 'OrderRefunded':
      return `refund/${fact.data.refundId}`;
    case 'ReviewSubmitted':
      return `review/${fact.data.reviewId}`;
    case 'PointsRedeemed':
      return `redemption/${fact.data.redemptionId}`;
    case 'PointsReserved':
      return `reservation/${fact.data.reservationId}`;
    case 'PointsAdjusted':
      return `adjustment/${fact.data.adjustmentId}`;
    case 'EngagementRecorded': {
      const { kind, reference } = fact.data;
      return reference === undefined ? undefined : `engagement/${JSON.stringify([fact.customerId, kind, reference])}`;
    }
    default:
      return undefined;
  }
}
