import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type MirrorHealth, MirrorWorker } from '@perennial/delivery';
import { openEventStoreMirror } from '@perennial/event-log';
import { MIRROR_LEASE, type Stores } from '@perennial/projection';
import type { Subscription } from 'rxjs';
import type { EngineConfig } from '../config/engine-config.js';
import { StoreProgress } from '../stores/store-progress.js';
import { CONFIG, STORES } from '../stores/tokens.js';

/** Where the log is in EventStoreDB, changes are written to streams there, too. Of several processes one does it. */
@Injectable()
export class StreamMirror implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StreamMirror.name);
  private worker: MirrorWorker | null = null;
  private news: Subscription | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: EngineConfig,
    @Inject(STORES) private readonly stores: Stores,
    private readonly progress: StoreProgress,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { eventLog } = this.config.stores;
    if (eventLog.kind !== 'eventstoredb' || !this.config.roles.has('delivery')) return;
    const { stores, leases } = this.stores;
    const mirror = await openEventStoreMirror({ url: eventLog.url, namespace: eventLog.namespace });
    const worker = new MirrorWorker(
      { stores, mirror, mayWrite: () => leases.acquire(MIRROR_LEASE) },
      { onError: (err) => this.logger.error({ err }, 'Changes are not mirrored; it is tried again') },
    );
    this.worker = worker;
    this.news = this.progress.settled.subscribe(() => worker.wake());
  }

  /** Null where this process has no part in it. */
  health(): MirrorHealth | null {
    return this.worker?.health() ?? null;
  }

  /** Before the stores are closed, from which it reads. */
  async onModuleDestroy(): Promise<void> {
    this.news?.unsubscribe();
    await this.worker?.stop();
  }
}
