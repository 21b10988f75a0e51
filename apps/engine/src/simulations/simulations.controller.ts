import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res, UseInterceptors, UsePipes } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseInstant, parseProgram } from '@perennial/membership';
import { DraftError, historiesWith, ProgramCatalogue } from '@perennial/projection';
import type { FastifyReply } from 'fastify';
import { Answers, Command } from '../http/api-errors.js';
import { ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { Problem } from '../problems/problem.js';
import { invalidDraft, type SimulationOrder } from './simulation-run.js';
import { SimulationDto } from './simulations.dto.js';
import { Simulations } from './simulations.js';

@ApiTags('simulations')
@Controller('v1/simulations')
export class SimulationsController {
  constructor(
    private readonly simulations: Simulations,
    private readonly catalogue: ProgramCatalogue,
  ) {}

  @Get()
  @Requires('operate')
  @ApiOperation({ summary: 'Simulations of this engine since it started, the latest first, without their reports' })
  list() {
    return { items: this.simulations.list().map((run) => ({ ...run.view(), report: undefined })) };
  }

  @Post()
  @Requires('operate')
  @HttpCode(202)
  @UseInterceptors(IdempotencyInterceptor)
  @UsePipes(ObjectBodyPipe, validationPipe())
  @ApiOperation({
    summary: 'What if: fold the whole history under a draft program too, and compare; nothing is changed',
    description: 'One runs at a time, beside requests; GET tells how far it is, and has the report in the end.',
  })
  @Command([422, 'invalid-program, invalid-draft'], [429, 'too-many-simulations'])
  async start(
    @Body() body: SimulationDto,
    @Identity() identity: CommandIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const order = orderOf(body, identity);
    await this.requireTriable(order);
    const run = this.simulations.start(order);
    void reply.header('location', `/v1/simulations/${order.id}`);
    return run.view();
  }

  @Get(':id')
  @Requires('operate')
  @ApiOperation({ summary: 'How far a simulation is (`progress` from 0 to 1), and its report when it is done' })
  @Answers([404, 'unknown-simulation'])
  read(@Param('id') id: string) {
    return this.simulations.get(id).view();
  }

  @Delete(':id')
  @Requires('operate')
  @HttpCode(204)
  @ApiOperation({ summary: 'Cancel a simulation, or forget its report' })
  @Answers([404, 'unknown-simulation'])
  delete(@Param('id') id: string): Promise<void> {
    return this.simulations.delete(id);
  }

  /** What can be told at once; that an exchange rate is missing shows when the orders are read. */
  private async requireTriable({ program, from, asOf }: SimulationOrder): Promise<void> {
    try {
      historiesWith(await this.catalogue.versions(), { program, from }, asOf);
    } catch (error) {
      throw error instanceof DraftError ? invalidDraft(error) : error;
    }
  }
}

function orderOf({ program, from, asOf }: SimulationDto, { factId, startedAt }: CommandIdentity): SimulationOrder {
  const parsed = parseProgram(program);
  if (!parsed.ok) {
    const errors = parsed.errors.map(({ path, message }) => ({ path: path.replace(/^\$/, 'program'), message }));
    throw new Problem('invalid-program', `${errors[0].path} ${errors[0].message}`, { errors });
  }
  return {
    id: factId.replace(/^cmd-/, 'sim-'),
    program: parsed.program,
    from: from == null ? null : parseInstant(from),
    asOf: asOf === undefined ? startedAt : parseInstant(asOf),
  };
}
