import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { iso } from '@perennial/membership';
import type { Stores } from '@perennial/projection';
import { StreamMirror } from '../changes/stream-mirror.js';
import type { EngineConfig } from '../config/engine-config.js';
import { Requires } from '../keys/access.js';
import { ProjectorSupervisor } from '../stores/projector-supervisor.js';
import { CONFIG, STORES } from '../stores/tokens.js';
import { PartitionsHealth } from './partitions-health.js';

/** How many parked members are named. */
const MOST_PARKED = 100;

@ApiTags('health')
@Controller('v1/health')
export class HealthController {
  private readonly startedAt = iso(Date.now());

  constructor(
    @Inject(STORES) private readonly stores: Stores,
    private readonly projector: ProjectorSupervisor,
    private readonly partitions: PartitionsHealth,
    private readonly mirror: StreamMirror,
    @Inject(CONFIG) private readonly config: EngineConfig,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    summary: 'How the engine is',
    description:
      '`degraded`: facts are taken and single members read right, but lists are behind, the mirror of changes cannot be written, or members are parked: their fold failed and they are set aside.',
  })
  async read() {
    const position = await this.stores.log.head();
    const projected = await this.projected(position);
    const { running, restarts, lastError } = this.projector.health();
    const works = running || !this.config.roles.has('projector');
    const parked = projected?.parked ?? [];
    const mirror = this.mirror.health();
    const mirrors = mirror === null || mirror.lastError === null;
    return {
      status: works && mirrors && projected !== null && parked.length === 0 ? 'ok' : 'degraded',
      startedAt: this.startedAt,
      roles: [...this.config.roles],
      log: { position },
      projection: { running, restarts, lastError, ...projected?.progress },
      mirror,
      setAside: (await this.stores.claims?.setAsideCount()) ?? 0,
      parked: { count: parked.length, members: parked.slice(0, MOST_PARKED) },
    };
  }

  /** Null when the read store cannot be read: then the projector cannot either, and says why. */
  private async projected(head: number) {
    try {
      const store = await this.stores.stores.current();
      const [checkpoint, parked, members] = [
        await store.checkpoint(),
        await store.parked(),
        await store.countMembers(),
      ];
      const { position, clock } = checkpoint;
      return {
        progress: {
          position,
          caughtUp: position >= head,
          clock: clock === 0 ? null : iso(clock),
          members,
          partitions: await this.partitions.read(store),
        },
        parked: parked.map((row) => ({ ...row, parkedAt: iso(row.parkedAt) })),
      };
    } catch {
      return null;
    }
  }
}
