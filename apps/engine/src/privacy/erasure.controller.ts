import { Body, Controller, HttpCode, Param, Post, UseInterceptors, UsePipes } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { answerOf } from '../commands/command-answer.js';
import { Command } from '../http/api-errors.js';
import { IdPipe, ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { EraseMember } from './erase-member.js';
import { ErasureDto } from './erasure.dto.js';

@ApiTags('personal data')
@Controller('v1/members/:id/erasure')
@UseInterceptors(IdempotencyInterceptor)
@UsePipes(ObjectBodyPipe, validationPipe())
export class ErasureController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Requires('admin')
  @HttpCode(200)
  @ApiOperation({
    summary: "Make a customer's personal data unreadable, for good",
    description:
      'Destroys their key, and those of every id linked to them: profiles and texts can be read no more, in the log, its backups or a rebuild. Points, tier and metrics stay. Nobody can take this back.',
  })
  @Command([404, 'unknown-member'], [409, 'already-erased'])
  async erase(@Param('id', IdPipe) id: string, @Body() body: ErasureDto, @Identity() identity: CommandIdentity) {
    return answerOf(await this.commands.execute(new EraseMember(id, body, identity)));
  }
}
