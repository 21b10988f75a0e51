import type { Program } from './program.js';

/** The program that a log runs under when nobody has published one (SPEC §4). */
export const DEFAULT_PROGRAM: Program = {
  name: 'default',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  exchangeRates: {},
  enrolment: 'automatic',
  tiers: [
    {
      id: 'bronze',
      threshold: 0,
      pointsMultiplier: 100,
      benefits: {},
    },
    {
      id: 'silver',
      threshold: 1000,
      pointsMultiplier: 110,
      benefits: {
        discountPercent: 2,
      },
    },
    {
      id: 'gold',
      threshold: 5000,
      pointsMultiplier: 125,
      benefits: {
        discountPercent: 5,
        prioritySupport: true,
      },
    },
    {
      id: 'diamond',
      threshold: 20000,
      pointsMultiplier: 150,
      benefits: {
        discountPercent: 8,
        prioritySupport: true,
        earlyAccess: true,
      },
    },
  ],
  tierPeriod: {
    validityDays: 365,
    downgrade: 'single',
    graceDays: 0,
  },
  growth: {
    window: {
      kind: 'rolling',
      days: 365,
    },
    perAmount: {
      value: 1,
      per: 100,
    },
    perPurchase: 20,
    review: {
      value: 10,
      dailyCap: 3,
    },
    engagement: {
      share: {
        value: 2,
        dailyCap: 3,
      },
      'check-in': {
        value: 1,
        dailyCap: 1,
      },
      referral: {
        value: 50,
      },
    },
  },
  points: {
    earn: {
      points: 1,
      per: 100,
    },
    lineMultipliers: [],
    review: {
      points: 20,
      pointsWithMedia: 30,
      dailyCap: 3,
    },
    engagement: {
      share: {
        points: 5,
        dailyCap: 3,
      },
      'check-in': {
        points: 1,
        dailyCap: 1,
      },
      referral: {
        points: 200,
      },
    },
    registration: 0,
    birthday: 0,
    activation: {
      autoFulfilDays: 15,
      holdDays: 7,
    },
    expiry: {
      kind: 'rolling',
      months: 12,
      roundTo: 'day',
    },
    reservationMinutes: 30,
    restoreGraceDays: 0,
    clawback: 'debt',
  },
  campaigns: [],
  reviews: {
    badRatingAtMost: 2,
    respondWithinHours: 24,
  },
  carts: {
    abandonedAfterMinutes: 240,
  },
  lifecycle: {
    activeDays: 30,
    coolingDays: 60,
    atRiskDays: 90,
    dormantDays: 365,
    loyalPurchases: 4,
    reactivatedDays: 30,
  },
  reactivation: {
    holdout: {
      percent: 10,
      salt: '2025',
    },
    attributionDays: 14,
    steps: [
      {
        id: 'day-30',
        afterDays: 30,
        openDays: 14,
        send: ['usage-guide', 'care'],
        channels: ['wechat', 'email', 'sms'],
        audience: {},
      },
      {
        id: 'day-60',
        afterDays: 60,
        openDays: 14,
        send: ['related-products', 'review-invitation'],
        channels: ['wechat', 'email', 'sms'],
        audience: {},
      },
      {
        id: 'day-90',
        afterDays: 90,
        openDays: 14,
        send: ['member-offer', 'member-event'],
        channels: ['wechat', 'email', 'sms', 'phone'],
        audience: {},
      },
    ],
    consent: 'required',
  },
  churn: {
    model: 'mbg-nbd',
    bands: {
      healthy: 0.7,
      watch: 0.4,
      atRisk: 0.2,
    },
  },
};
