import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/api-errors.js';
import { IdPipe, InstantPipe } from '../http/validation.js';
import { Requires } from '../keys/access.js';
import { ReadChurnModel, ReadMemberChurn } from './churn-queries.js';

@ApiTags('churn')
@Controller('v1')
export class ChurnController {
  constructor(private readonly queries: QueryBus) {}

  @Get('churn/model')
  @Requires('read')
  @ApiOperation({
    summary: 'The newest fit of the churn models',
    description:
      'Parameters with their standard errors, log-likelihood, what it was fitted on, and how the same model did on days that were held out: predicted against actual purchases by decile and by repeat purchases.',
  })
  @Answers([404, 'no-churn-model'])
  model() {
    return this.queries.execute(new ReadChurnModel());
  }

  @Get('members/:id/churn')
  @Requires('read')
  @ApiOperation({
    summary: 'How likely a member is to buy again, what is expected within 90 and 365 days, and how that came about',
    description: 'By the newest fit. An assessment from outside that is the newest one counts instead; both are shown.',
  })
  @ApiQuery({ name: 'asOf', required: false, description: 'ISO 8601; default now', type: String })
  @Answers([400, 'invalid-request'], [404, 'unknown-member'])
  member(@Param('id', IdPipe) id: string, @Query('asOf', InstantPipe) asOf: number) {
    return this.queries.execute(new ReadMemberChurn(id, asOf));
  }
}
