import { Controller, Get, Query, Res, UsePipes } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answers } from '../http/api-errors.js';
import { validationPipe } from '../http/validation.js';
import { Requires } from '../keys/access.js';
import { ReadChanges } from './change-queries.js';
import { ChangesDto } from './changes.dto.js';
import { LiveFeed } from './live-feed.js';

const DEFAULT_LIMIT = 100;

@ApiTags('changes')
@Controller('v1/changes')
export class ChangesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly feed: LiveFeed,
  ) {}

  @Get()
  @Requires('read')
  @UsePipes(validationPipe())
  @ApiOperation({
    summary: 'What changed of members, in order, each change once',
    description:
      'Read on with the `cursor` of the answer: it is there also when nothing is new, and stays valid for ever, across restarts and rebuilds. An `id` never changes. What imported history changed is not among it: start from `GET /v1/members` and the `cursor` of its first page.',
  })
  @Answers([400, 'invalid-request'])
  async read(@Query() query: ChangesDto, @Res({ passthrough: true }) reply: FastifyReply) {
    const { after, types, limit = DEFAULT_LIMIT, wait = 0 } = query;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return this.queries.execute(new ReadChanges({ after, types, limit }, wait * 1_000, gone.signal));
  }

  @Get('cursor')
  @Requires('read')
  @ApiOperation({ summary: 'The cursor of now: what is announced from here on comes after it' })
  async cursor() {
    return { cursor: await this.feed.end() };
  }
}
