import { Body, Controller, HttpCode, Param, Post, UseInterceptors, UsePipes } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decideGrant, decideRevocation } from '@perennial/membership';
import { answerOf } from '../commands/command-answer.js';
import { MemberCommand, type Recorded } from '../commands/member-command.js';
import { Command } from '../http/api-errors.js';
import { IdPipe, ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { RevocationDto, TierGrantDto } from './tier-grants.dto.js';

@ApiTags('tiers')
@Controller('v1/members/:id/tier-grants')
@UseInterceptors(IdempotencyInterceptor)
@UsePipes(ObjectBodyPipe, validationPipe())
export class TierGrantsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Requires('operate')
  @ApiOperation({ summary: 'Give a tier; it replaces the grant before' })
  @Command([404, 'unknown-member'])
  async grant(@Param('id', IdPipe) id: string, @Body() body: TierGrantDto, @Identity() identity: CommandIdentity) {
    const command = new MemberCommand(id, identity, (state, head, context) =>
      decideGrant(state, { ...head, ...body }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }

  @Post('revoke')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({ summary: 'End the grant that is active' })
  @Command([404, 'unknown-member'], [409, 'no-grant'])
  async revoke(@Param('id', IdPipe) id: string, @Body() body: RevocationDto, @Identity() identity: CommandIdentity) {
    const command = new MemberCommand(id, identity, (state, head, context) =>
      decideRevocation(state, { ...head, ...body }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }
}
