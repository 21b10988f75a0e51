import { Inject, Injectable } from '@nestjs/common';
import type { Stores } from '@perennial/projection';
import { Problem } from '../problems/problem.js';
import { StoreProgress } from '../stores/store-progress.js';
import { STORES } from '../stores/tokens.js';

/** How long a task that is not there yet may take to come. */
const PATIENCE_MS = 2_000;

/** Whose task an id names. */
@Injectable()
export class TaskOwners {
  constructor(
    @Inject(STORES) private readonly stores: Stores,
    private readonly progress: StoreProgress,
  ) {}

  /** @throws Problem unknown-task. The read store may be a moment behind the fact that made the task: it is waited for. */
  async customerOf(taskId: string): Promise<string> {
    const known = await this.look(taskId);
    if (known !== null) return known;
    await this.progress.reached(await this.stores.log.head(), PATIENCE_MS);
    const found = await this.look(taskId);
    if (found !== null) return found;
    throw new Problem('unknown-task', `There is no task ${taskId}; those that fall due appear within seconds`);
  }

  private async look(taskId: string): Promise<string | null> {
    const row = await (await this.stores.stores.current()).task(taskId);
    return row && row.customerId;
  }
}
