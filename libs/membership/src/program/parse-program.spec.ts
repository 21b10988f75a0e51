import fc from 'fast-check';
import { DEFAULT_PROGRAM } from './default-program.js';
import { parseProgram } from './parse-program.js';
import type { Program } from './program.js';

type Change = (program: Program) => void;

/** Errors of the default program after a change. */
function errorsAfter(change: (program: Record<string, never> & Program) => void): { path: string; message: string }[] {
  const program = structuredClone(DEFAULT_PROGRAM);
  change(program as Record<string, never> & Program);
  const parsed = parseProgram(program);
  return parsed.ok ? [] : parsed.errors;
}

function refused(change: Change): string[] {
  return errorsAfter(change).map((error) => error.path);
}

/** Every kind of field filled in. */
const fill: Change = (program) => {
  program.exchangeRates = { USD: 7.13, JPY: 0.0489 };
  program.enrolment = 'explicit';
  program.growth.window = { kind: 'calendar-year' };
  program.points.lineMultipliers = [
    { category: 'tea', multiplier: 200 },
    { sku: 's-9', multiplier: 0 },
  ];
  program.points.expiry = { kind: 'inactivity', days: 180 };
  program.campaigns = [
    {
      id: 'double-eleven',
      from: '2025-11-11T00:00:00+08:00',
      to: '2025-11-11T16:00:00.000Z',
      multiplier: 200,
      tiers: ['gold', 'diamond'],
      channels: ['web'],
      categories: ['tea'],
      skus: ['s-1'],
    },
  ];
  program.reactivation.holdout.percent = 12.5;
  program.reactivation.steps[1].audience = { tiers: ['silver'], stages: ['cooling'], minOrders: 2, maxOrders: 2 };
};

describe('A program', () => {
  it('is taken as the very document that came in', () => {
    expect(parseProgram(DEFAULT_PROGRAM)).toEqual({ ok: true, program: DEFAULT_PROGRAM });
    expect(refused(fill)).toEqual([]);
  });

  it('must have every field of the default program but benefits, caps and rounding', () => {
    const optional = /benefits|dailyCap|roundTo/;
    for (const path of pathsOf(DEFAULT_PROGRAM)) {
      const paths = refused((program) => void delete parentOf(program, path)[path.at(-1)!]);
      const mayBeLeftOut = optional.test(path.join('.')) || isFree(path);
      expect([path, paths.length > 0]).toEqual([path, !mayBeLeftOut]);
    }
  });

  it('has no other fields: a misspelt one is named, with those that there are', () => {
    const errors = errorsAfter((program) => Object.assign(program.tiers[1], { treshold: 5 }));
    expect(errors).toEqual([
      {
        path: '$.tiers[1].treshold',
        message: 'is no field of the program: the fields here are id, threshold, pointsMultiplier, benefits',
      },
    ]);
    for (const path of pathsOf(DEFAULT_PROGRAM)) {
      const found = refused((program) => {
        const part = valueAt(program, path);
        if (typeof part === 'object' && !Array.isArray(part)) Object.assign(part as object, { 'not a field': 1 });
      });
      const isPart =
        typeof valueAt(DEFAULT_PROGRAM, path) === 'object' && !Array.isArray(valueAt(DEFAULT_PROGRAM, path));
      expect([path, found.length > 0]).toEqual([path, isPart && !path.includes('benefits')]);
    }
  });

  it.each<[string, Change]>([
    ['$.name', (p) => (p.name = ' ')],
    ['$.timeZone', (p) => (p.timeZone = 'Europe/Berln')],
    ['$.timeZone', (p) => (p.timeZone = '+08:00')],
    ['$.currency', (p) => (p.currency = 'yuan')],
    ['$.exchangeRates.usd', (p) => (p.exchangeRates = { usd: 7 })],
    ['$.exchangeRates.USD', (p) => (p.exchangeRates = { USD: 0 })],
    ['$.exchangeRates.USD', (p) => (p.exchangeRates = { USD: Infinity })],
    ['$.exchangeRates.CNY', (p) => (p.exchangeRates = { CNY: 2 })],
    ['$.tiers', (p) => (p.tiers = [])],
    ['$.tiers[0].threshold', (p) => (p.tiers[0].threshold = 1)],
    ['$.tiers[2].threshold', (p) => (p.tiers[2].threshold = 1000)],
    ['$.tiers[1].threshold', (p) => (p.tiers[1].threshold = 1000.5)],
    ['$.tiers[3].id', (p) => (p.tiers[3].id = 'bronze')],
    ['$.tiers[3].id', (p) => (p.tiers[3].id = 'very rich')],
    ['$.tiers[3].id', (p) => (p.tiers[3].id = '__proto__')],
    ['$.tiers[1].pointsMultiplier', (p) => (p.tiers[1].pointsMultiplier = 1.1)],
    ['$.tierPeriod.validityDays', (p) => (p.tierPeriod.validityDays = 0)],
    ['$.tierPeriod.graceDays', (p) => (p.tierPeriod.graceDays = 1e15)],
    ['$.growth.window.kind', (p) => Object.assign(p.growth.window, { kind: 'weekly' })],
    ['$.growth.window.days', (p) => Object.assign(p.growth.window, { kind: 'calendar-year' })],
    ['$.growth.perAmount.per', (p) => (p.growth.perAmount.per = 0)],
    ['$.growth.engagement["check-in"].value', (p) => (p.growth.engagement['check-in'].value = -1)],
    ['$.points.earn.per', (p) => (p.points.earn.per = 0)],
    ['$.points.earn.points', (p) => (p.points.earn.points = 0.5)],
    ['$.points.lineMultipliers[0]', (p) => (p.points.lineMultipliers = [{ multiplier: 100 }])],
    ['$.points.lineMultipliers[0]', (p) => (p.points.lineMultipliers = [{ sku: 's', category: 'c', multiplier: 100 }])],
    ['$.points.review.dailyCap', (p) => (p.points.review.dailyCap = -1)],
    ['$.points.expiry', (p) => (p.points.expiry = { kind: 'rolling' })],
    ['$.points.expiry', (p) => (p.points.expiry = { kind: 'rolling', months: 1, days: 1 })],
    ['$.points.expiry.months', (p) => (p.points.expiry = { kind: 'rolling', months: 0 })],
    ['$.points.expiry.days', (p) => Object.assign(p.points, { expiry: { kind: 'never', days: 3 } })],
    ['$.campaigns[0].to', (p) => (fill(p), (p.campaigns[0].to = p.campaigns[0].from))],
    ['$.campaigns[0].from', (p) => (fill(p), (p.campaigns[0].from = '2025-11-11'))],
    ['$.campaigns[1].id', (p) => (fill(p), p.campaigns.push(p.campaigns[0]))],
    ['$.campaigns[0].tiers[1]', (p) => (fill(p), (p.campaigns[0].tiers = ['gold', 'platinum']))],
    ['$.campaigns[0].skus', (p) => (fill(p), (p.campaigns[0].skus = []))],
    ['$.reviews.badRatingAtMost', (p) => (p.reviews.badRatingAtMost = 6)],
    ['$.lifecycle.atRiskDays', (p) => (p.lifecycle.atRiskDays = 60)],
    ['$.reactivation.holdout.percent', (p) => (p.reactivation.holdout.percent = 100.01)],
    ['$.reactivation.holdout.percent', (p) => (p.reactivation.holdout.percent = 0.125)],
    ['$.reactivation.holdout.percent', (p) => (p.reactivation.holdout.percent = { toString: 0 } as never)],
    ['$.reactivation.steps[0].afterDays', (p) => (p.reactivation.steps[0].afterDays = 0)],
    ['$.reactivation.steps[0].id', (p) => (p.reactivation.steps[0].id = 'day/30')],
    ['$.reactivation.steps[0].id', (p) => (p.reactivation.steps[0].id = 'service-recovery')],
    ['$.reactivation.steps[2].id', (p) => (p.reactivation.steps[2].id = 'day-30')],
    ['$.reactivation.steps[0].channels', (p) => (p.reactivation.steps[0].channels = [])],
    ['$.reactivation.steps[0].channels[0]', (p) => Object.assign(p.reactivation.steps[0], { channels: ['fax'] })],
    ['$.reactivation.steps[0].audience.tiers[0]', (p) => (p.reactivation.steps[0].audience = { tiers: ['platinum'] })],
    [
      '$.reactivation.steps[0].audience.stages[0]',
      (p) => Object.assign(p.reactivation.steps[0], { audience: { stages: ['old'] } }),
    ],
    [
      '$.reactivation.steps[0].audience.maxOrders',
      (p) => (p.reactivation.steps[0].audience = { minOrders: 3, maxOrders: 2 }),
    ],
    ['$.churn.bands.watch', (p) => (p.churn.bands.watch = 0.7)],
    ['$.churn.bands.atRisk', (p) => (p.churn.bands.atRisk = 0)],
  ])('is refused at %s', (path, change) => {
    expect(refused(change)).toEqual([path]);
  });

  it('takes every sound way in which points may end', () => {
    for (const expiry of [
      { kind: 'rolling', days: 90, roundTo: 'quarter' },
      { kind: 'rolling', months: 1 },
      { kind: 'never' },
    ] as const) {
      expect(refused((program) => (program.points.expiry = expiry))).toEqual([]);
    }
  });

  it('answers whatever JSON comes in, never with an exception', () => {
    const paths = pathsOf(DEFAULT_PROGRAM);
    fc.assert(
      fc.property(fc.nat(paths.length - 1), fc.jsonValue({ stringUnit: 'binary' }), (at, value) => {
        const path = paths[at];
        const errors = errorsAfter((program) => (parentOf(program, path)[path.at(-1)!] = value));
        return errors.every((error) => error.path.startsWith('$') && error.message !== '');
      }),
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => !parseProgram(value).ok));
  });
});

type Path = (string | number)[];

/** Paths of all fields, not of items of lists. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const path = [...at, Array.isArray(value) ? Number(name) : name];
    return Array.isArray(value) ? pathsOf(item, path) : [path, ...pathsOf(item, path)];
  });
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, name) => (part as Record<string | number, unknown>)[name], value);
}

function parentOf(value: unknown, path: Path): Record<string | number, unknown> {
  return valueAt(value, path.slice(0, -1)) as Record<string | number, unknown>;
}

/** Kinds of engagement are the author's to choose. */
function isFree(path: Path): boolean {
  return path.at(-2) === 'engagement';
}
