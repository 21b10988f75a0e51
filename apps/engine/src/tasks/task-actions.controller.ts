import { Body, Controller, HttpCode, Param, Post, UseInterceptors, UsePipes } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type CommandContext,
  type Decision,
  decideClaim,
  decideCompletion,
  decideContact,
  decideDismissal,
  decideSnooze,
  type MemberState,
  type TaskCommand,
} from '@perennial/membership';
import { answerOf } from '../commands/command-answer.js';
import { MemberCommand, type Recorded } from '../commands/member-command.js';
import { Command } from '../http/api-errors.js';
import { ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { TaskOwners } from './task-owners.js';
import { ClaimDto, CompletionDto, ContactDto, DismissalDto, SnoozeDto } from './tasks.dto.js';

type Decide<C> = (state: MemberState | null, command: C & TaskCommand, context: CommandContext) => Decision;

const UNKNOWN: [number, string] = [404, 'unknown-task'];
const REFUSED = 'task-ended, task-claimed, customer-erased';

@ApiTags('tasks')
@Controller('v1/tasks/:id')
@UseInterceptors(IdempotencyInterceptor)
@UsePipes(ObjectBodyPipe, validationPipe())
export class TaskActionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly owners: TaskOwners,
  ) {}

  @Post('claim')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a task to work on' })
  @Command(UNKNOWN, [409, REFUSED])
  claim(@Param('id') id: string, @Body() body: ClaimDto, @Identity() identity: CommandIdentity) {
    return this.act(id, body, identity, decideClaim);
  }

  @Post('contact')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Note that the customer was contacted',
    description:
      'For a reactivation only on a channel that they consented to. A purchase soon after converts the task.',
  })
  @Command(UNKNOWN, [409, `${REFUSED}, no-consent`])
  contact(@Param('id') id: string, @Body() body: ContactDto, @Identity() identity: CommandIdentity) {
    return this.act(id, body, identity, decideContact);
  }

  @Post('snooze')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put a task off',
    description: 'One that ends before it would wake is put off all the same; `warnings` says so.',
  })
  @Command(UNKNOWN, [409, REFUSED], [422, 'instant-passed'])
  snooze(@Param('id') id: string, @Body() body: SnoozeDto, @Identity() identity: CommandIdentity) {
    return this.act(id, body, identity, decideSnooze);
  }

  @Post('dismiss')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a task that is not to be done' })
  @Command(UNKNOWN, [409, REFUSED])
  dismiss(@Param('id') id: string, @Body() body: DismissalDto, @Identity() identity: CommandIdentity) {
    return this.act(id, body, identity, decideDismissal);
  }

  @Post('complete')
  @Requires('operate')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a task that is done' })
  @Command(UNKNOWN, [409, REFUSED])
  complete(@Param('id') id: string, @Body() body: CompletionDto, @Identity() identity: CommandIdentity) {
    return this.act(id, body, identity, decideCompletion);
  }

  private async act<C extends ClaimDto>(taskId: string, body: C, identity: CommandIdentity, decide: Decide<C>) {
    const customerId = await this.owners.customerOf(taskId);
    const command = new MemberCommand(customerId, identity, (state, head, context) =>
      decide(state, { ...body, ...head, taskId }, context),
    );
    return answerOf(await this.commands.execute<MemberCommand, Recorded>(command));
  }
}
