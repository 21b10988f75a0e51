import { Controller, Get, Param, Query, UsePipes } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type ExplainQuestion, parseInstant } from '@perennial/membership';
import { Answers } from '../http/api-errors.js';
import { IdPipe, validationPipe } from '../http/validation.js';
import { Requires } from '../keys/access.js';
import { invalidField } from '../problems/problem.js';
import { ExplainDto } from './explain.dto.js';
import { ExplainMember } from './explain-query.js';

@ApiTags('members')
@Controller('v1/members/:id/explain')
export class ExplainController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Requires('read')
  @UsePipes(validationPipe())
  @ApiOperation({
    summary: 'Why a member has these points, this tier, this stage, or a task is as it is',
    description: 'The facts and rules that made it, line by line, each linked to its fact or timer.',
  })
  @Answers([400, 'invalid-request'], [404, 'unknown-member, unknown-task'])
  explain(@Param('id', IdPipe) id: string, @Query() query: ExplainDto) {
    const { asOf } = query;
    const at = asOf === undefined ? Date.now() : parseInstant(asOf);
    return this.queries.execute(new ExplainMember(id, questionOf(query), at));
  }
}

function questionOf({ what, task }: ExplainDto): ExplainQuestion {
  if (what === 'task') return { what, task: task! };
  if (task !== undefined) throw invalidField('task', 'goes with what=task');
  return { what };
}
