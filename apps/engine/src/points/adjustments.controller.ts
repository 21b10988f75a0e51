import { Body, Controller, Param, Post, UseInterceptors, UsePipes } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decideAdjustment } from '@perennial/membership';
import { answerOf } from '../commands/command-answer.js';
import { MemberCommand, type Recorded } from '../commands/member-command.js';
import { Command } from '../http/api-errors.js';
import { IdPipe, ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { AdjustmentDto } from './points.dto.js';

@ApiTags('points')
@Controller('v1/members/:id/adjustments')
@UseInterceptors(IdempotencyInterceptor)
@UsePipes(ObjectBodyPipe, validationPipe())
export class AdjustmentsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Requires('operate')
  @ApiOperation({ summary: 'Give or take points by hand' })
  @Command([404, 'unknown-member'], [409, 'id-taken'])
  async adjust(@Param('id', IdPipe) id: string, @Body() body: AdjustmentDto, @Identity() identity: CommandIdentity) {
    const { adjustmentId = identity.factId } = body;
    const command = new MemberCommand(id, identity, (state, head, context) =>
      decideAdjustment(state, { ...head, ...body, adjustmentId }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }
}
