import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DayWindow, Metrics, RfmRow } from '@perennial/analytics';
import { iso } from '@perennial/membership';
import { encodeRfmCursor } from './metrics-input.js';
import { MetricsThreads } from './metrics-threads.js';

/** Metrics as of an instant, UTC ms (null = now), of a window of days (null = all time). */
export class ReadMetrics extends Query<Metrics> {
  constructor(
    readonly asOf: number | null,
    readonly window: DayWindow | null,
  ) {
    super();
  }
}

@QueryHandler(ReadMetrics)
export class ReadMetricsHandler implements IQueryHandler<ReadMetrics> {
  constructor(private readonly threads: MetricsThreads) {}

  async execute({ asOf, window }: ReadMetrics): Promise<Metrics> {
    const answer = await this.threads.ask({ what: 'metrics', asOf, window });
    if (!('metrics' in answer)) throw new Error('The answer is to another question');
    return answer.metrics;
  }
}

export interface RfmPage {
  asOf: string;
  items: RfmRow[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** A page of buyers with their scores, in order of customerId, after one of them. */
export class ReadRfm extends Query<RfmPage> {
  constructor(
    readonly asOf: number | null,
    readonly after: string | null,
    readonly limit: number,
    readonly segment: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ReadRfm)
export class ReadRfmHandler implements IQueryHandler<ReadRfm> {
  constructor(private readonly threads: MetricsThreads) {}

  async execute({ asOf, after, limit, segment }: ReadRfm): Promise<RfmPage> {
    // One more than the page holds tells whether another follows.
    const answer = await this.threads.ask({ what: 'rfm', asOf, after, limit: limit + 1, segment });
    if (!('rows' in answer)) throw new Error('The answer is to another question');
    const items = answer.rows.slice(0, limit);
    const more = answer.rows.length > limit;
    const nextCursor = more ? encodeRfmCursor({ asOf: answer.asOf, after: items[limit - 1].customerId }) : null;
    return { asOf: iso(answer.asOf), items, nextCursor };
  }
}
