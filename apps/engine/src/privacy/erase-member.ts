import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideErasure } from '@perennial/membership';
import type { Stores } from '@perennial/projection';
import { MemberCommand, type Recorded } from '../commands/member-command.js';
import type { CommandIdentity } from '../idempotency/command-identity.js';
import { Problem } from '../problems/problem.js';
import { STORES } from '../stores/tokens.js';

/** Makes everything personal of a customer unreadable, for good (SPEC §12). */
export class EraseMember extends Command<Recorded> {
  constructor(
    readonly customerId: string,
    readonly said: { by: string; reason: string },
    readonly identity: CommandIdentity,
  ) {
    super();
  }
}

/** Records the erasure, then destroys the keys: what comes between the two is made up for at the next start. */
@CommandHandler(EraseMember)
export class EraseMemberHandler implements ICommandHandler<EraseMember> {
  constructor(
    private readonly commands: CommandBus,
    @Inject(STORES) private readonly stores: Stores,
  ) {}

  async execute({ customerId, said, identity }: EraseMember): Promise<Recorded> {
    const command = new MemberCommand(customerId, identity, (state, head, context) =>
      decideErasure(state, { ...head, ...said }, context),
    );
    try {
      return await this.commands.execute<MemberCommand, Recorded>(command);
    } finally {
      // Also for a customer who had been erased before: their keys may have been in the way of a failure.
      await this.destroyKeys();
    }
  }

  private async destroyKeys(): Promise<void> {
    try {
      await this.stores.personalData.carryOutErasures();
    } catch (cause) {
      throw new Problem('unavailable', 'The keys of erased customers could not be destroyed: send it again', {
        headers: { 'retry-after': '1' },
        cause,
      });
    }
  }
}
