import { Module } from '@nestjs/common';
import { ReadMetricsHandler, ReadRfmHandler } from './metrics-queries.js';
import { MetricsThreads } from './metrics-threads.js';
import { MetricsController } from './metrics.controller.js';

/** What dashboards show. */
@Module({ controllers: [MetricsController], providers: [MetricsThreads, ReadMetricsHandler, ReadRfmHandler] })
export class MetricsModule {}
