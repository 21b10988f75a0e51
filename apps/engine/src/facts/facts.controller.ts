import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FactResult } from '@perennial/ingest';
import type { FastifyReply } from 'fastify';
import { Answers } from '../http/api-errors.js';
import { Requires } from '../keys/access.js';
import { invalidField, Problem } from '../problems/problem.js';
import { failureOf, isTaken, viewResult } from './fact-results.js';
import { RecordFacts } from './record-facts.js';

/** In one request. */
const MOST_FACTS = 1_000;

@ApiTags('facts')
@Controller('v1/facts')
export class FactsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Requires('ingest')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Record facts: one, or a list of up to 1,000',
    description:
      'Answered when everything taken is durable. Ids make it safe to send anything again. Each fact of a list is taken or refused on its own; the list is answered 202 when all were taken, else 207 with what became of each.',
  })
  @ApiBody({ schema: { oneOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' } }] } })
  @ApiResponse({ status: 202, description: '`results`: `accepted`, or `duplicate` where it was recorded before' })
  @ApiResponse({ status: 207, description: 'Some facts of a list were refused: `invalid` or `conflict`' })
  @Answers([400, 'invalid-request: one fact, or no facts'], [409, 'fact-conflict: one fact'], [413, 'too-many-facts'])
  async record(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const many = Array.isArray(body);
    const facts: unknown[] = many ? body : [body];
    if (facts.length === 0) throw invalidField('', 'must hold at least one fact');
    if (facts.length > MOST_FACTS) throw new Problem('too-many-facts', `Send at most ${MOST_FACTS} at a time`);
    const results = await this.commands.execute<RecordFacts, FactResult[]>(new RecordFacts(facts));
    if (!results.every(isTaken)) {
      if (!many) throw failureOf(results[0])!;
      void reply.code(207);
    }
    return { results: results.map(viewResult) };
  }
}
