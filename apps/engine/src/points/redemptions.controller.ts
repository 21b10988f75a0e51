import { Body, Controller, HttpCode, Param, Post, UseInterceptors, UsePipes } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decideRedemption, decideRedemptionCancellation } from '@perennial/membership';
import { answerOf } from '../commands/command-answer.js';
import { MemberCommand, type Recorded } from '../commands/member-command.js';
import { Command } from '../http/api-errors.js';
import { IdPipe, ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { RedemptionDto } from './points.dto.js';

@ApiTags('points')
@Controller('v1/members/:id/redemptions')
@UseInterceptors(IdempotencyInterceptor)
export class RedemptionsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Requires('operate')
  @UsePipes(ObjectBodyPipe, validationPipe())
  @ApiOperation({ summary: 'Spend points; refused above what is available' })
  @Command([404, 'unknown-member'], [409, 'insufficient-points, id-taken'])
  async redeem(@Param('id', IdPipe) id: string, @Body() body: RedemptionDto, @Identity() identity: CommandIdentity) {
    const { redemptionId = identity.factId } = body;
    const command = new MemberCommand(id, identity, (state, head, context) =>
      decideRedemption(state, { ...head, ...body, redemptionId }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }

  @Post(':redemptionId/cancel')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give the points of a redemption back' })
  @Command([404, 'unknown-member, unknown-redemption'])
  async cancel(
    @Param('id', IdPipe) id: string,
    @Param('redemptionId', IdPipe) redemptionId: string,
    @Identity() identity: CommandIdentity,
  ) {
    const command = new MemberCommand(id, identity, (state, head, context) =>
      decideRedemptionCancellation(state, { ...head, redemptionId }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }
}
