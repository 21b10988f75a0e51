import type { NewRecord } from '@perennial/event-log';
import { Problem } from '../../../apps/engine/src/problems/problem.js';
import type { ApiMachine, Redemption } from '../machines/api-machine.js';
import type { World } from '../world/world.js';
import type { Ledger } from './ledger.js';

/** How long a client waits for an answer, and then before it sends the same again. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 1_500;

/** Senders of facts and commands, who send the same again, to whichever process, until they are answered. */
export class Clients {
  /** Who has not been answered and has not given up. */
  waiting = 0;

  constructor(
    private readonly world: World,
    private readonly apis: readonly ApiMachine[],
    private readonly ledger: Ledger,
  ) {}

  /** @param tries after which the client gives up. */
  async tell(records: NewRecord[], tries: number): Promise<void> {
    if (records.length === 0) return;
    this.ledger.wants(records);
    await this.untilAnswered(tries, async (api) => this.ledger.told(records, await api.take(records)));
  }

  async redeem(redemption: Redemption, tries: number): Promise<void> {
    const told = { redemption, outcome: null as 'done' | 'refused' | null };
    this.ledger.redemptions.set(redemption.source, told);
    await this.untilAnswered(tries, async (api) => {
      try {
        await api.redeem(redemption);
        told.outcome = 'done';
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        told.outcome = 'refused';
      }
    });
  }

  private async untilAnswered(tries: number, ask: (api: ApiMachine) => Promise<void>): Promise<void> {
    const { dice } = this.world;
    this.waiting++;
    for (let tried = 0; tried < tries; tried++) {
      const late = this.world.sleep(PATIENCE_MS).then(() => false);
      const answered = await Promise.race([ask(dice.pick(this.apis)).then(always, never), late]);
      if (answered) break;
      await this.world.sleep(dice.int(1, PAUSE_MS));
    }
    this.waiting--;
  }
}

const always = () => true;
const never = () => false;
