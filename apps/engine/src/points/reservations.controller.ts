import { Body, Controller, HttpCode, Param, Post, UseInterceptors, UsePipes } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decideCommit, decideRelease, decideReservation } from '@perennial/membership';
import { answerOf } from '../commands/command-answer.js';
import { MemberCommand, type Recorded } from '../commands/member-command.js';
import { Command } from '../http/api-errors.js';
import { IdPipe, ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { ReservationDto } from './points.dto.js';

@ApiTags('points')
@Controller('v1/members/:id/reservations')
@UseInterceptors(IdempotencyInterceptor)
export class ReservationsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Requires('operate')
  @UsePipes(ObjectBodyPipe, validationPipe())
  @ApiOperation({ summary: 'Hold points for a while' })
  @Command([404, 'unknown-member'], [409, 'insufficient-points, id-taken'])
  async reserve(@Param('id', IdPipe) id: string, @Body() body: ReservationDto, @Identity() identity: CommandIdentity) {
    const { reservationId = identity.factId } = body;
    const command = new MemberCommand(id, identity, (state, head, context) =>
      decideReservation(state, { ...head, ...body, reservationId }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }

  @Post(':reservationId/commit')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Redeem the points held: a redemption whose id is the reservation’s' })
  @Command([404, 'unknown-member, unknown-reservation'], [409, 'reservation-ended'])
  commit(
    @Param('id', IdPipe) id: string,
    @Param('reservationId', IdPipe) reservationId: string,
    @Identity() identity: CommandIdentity,
  ) {
    return this.end(decideCommit, id, reservationId, identity);
  }

  @Post(':reservationId/release')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give the points held back' })
  @Command([404, 'unknown-member, unknown-reservation'], [409, 'reservation-ended'])
  release(
    @Param('id', IdPipe) id: string,
    @Param('reservationId', IdPipe) reservationId: string,
    @Identity() identity: CommandIdentity,
  ) {
    return this.end(decideRelease, id, reservationId, identity);
  }

  private async end(decide: typeof decideCommit, id: string, reservationId: string, identity: CommandIdentity) {
    const command = new MemberCommand(id, identity, (state, head, context) =>
      decide(state, { ...head, reservationId }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }
}
