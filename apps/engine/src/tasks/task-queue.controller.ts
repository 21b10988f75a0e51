import { Controller, Get, Param, Query, UsePipes } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/api-errors.js';
import { validationPipe } from '../http/validation.js';
import { Requires } from '../keys/access.js';
import { ListTasks, ReadTask } from './task-queries.js';
import { NOBODY, TaskListDto } from './tasks.dto.js';

@ApiTags('tasks')
@Controller('v1/tasks')
export class TaskQueueController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Requires('read')
  @UsePipes(validationPipe())
  @ApiOperation({
    summary: 'The queue of tasks, the most urgent first, with what makes them urgent',
    description: 'From the read store, which follows the log within moments; one task is always read up to date.',
  })
  @Answers([400, 'invalid-request'])
  list(@Query() { state, assignee, ...query }: TaskListDto) {
    const whose = assignee === undefined ? {} : { assignee: assignee === NOBODY ? null : assignee };
    return this.queries.execute(new ListTasks({ ...query, ...whose, ...(state && { states: state }) }));
  }

  @Get(':id')
  @Requires('read')
  @ApiOperation({
    summary: 'One task',
    description:
      'Its id is `{orderId}/{step}` or `{reviewId}/service-recovery`; the slash may be `%2F`, or stand as it is.',
  })
  @Answers([404, 'unknown-task'])
  read(@Param('id') id: string) {
    return this.queries.execute(new ReadTask(id, Date.now()));
  }
}
