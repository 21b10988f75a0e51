import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Stores } from '@perennial/projection';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Requires } from '../keys/access.js';
import { STORES } from '../stores/tokens.js';
import { PartitionsHealth } from './partitions-health.js';

/** What Prometheus scrapes of this process: see docs/operating.md. */
@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  private readonly registry = new Registry();
  private readonly logPosition = this.gauge('perennial_log_position', 'Position of the last record of the log');
  private readonly parked = this.gauge('perennial_parked_members', 'Members set aside because their fold failed');
  private readonly position = this.gauge('perennial_partition_position', 'Log position up to which it is projected', [
    'partition',
  ]);
  private readonly lag = this.gauge(
    'perennial_partition_lag_seconds',
    'For how long the oldest record waits that is not projected yet',
    ['partition'],
  );
  private readonly owner = this.gauge('perennial_partition_owner', '1 for the process that keeps the partition up', [
    'partition',
    'owner',
  ]);

  constructor(
    @Inject(STORES) private readonly stores: Stores,
    private readonly partitions: PartitionsHealth,
  ) {
    collectDefaultMetrics({ register: this.registry });
  }

  @Get()
  @Requires('read')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Figures of this process and of the projection, for Prometheus' })
  async read(): Promise<string> {
    const store = await this.stores.stores.current();
    this.logPosition.set(await this.stores.log.head());
    this.parked.set((await store.parked()).length);
    // A partition that changed hands must not be shown under its old owner, too.
    for (const gauge of [this.position, this.lag, this.owner]) gauge.reset();
    for (const { partition, position, owner, lagSeconds } of await this.partitions.read(store)) {
      const label = String(partition);
      this.position.set({ partition: label }, position);
      this.lag.set({ partition: label }, lagSeconds);
      if (owner !== null) this.owner.set({ partition: label, owner }, 1);
    }
    return this.registry.metrics();
  }

  private gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
