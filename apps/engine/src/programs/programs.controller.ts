import { Body, Controller, Get, Param, Post, UseInterceptors, UsePipes } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { iso, parseInstant, type ProgramVersion } from '@perennial/membership';
import { ProgramCatalogue } from '@perennial/projection';
import { Answers, Command } from '../http/api-errors.js';
import { ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { type CommandIdentity, Identity } from '../idempotency/command-identity.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { Requires } from '../keys/access.js';
import { Problem } from '../problems/problem.js';
import { PublicationDto } from './programs.dto.js';
import { PublishProgram } from './publish-program.js';

@ApiTags('programs')
@Controller('v1/programs')
@UseInterceptors(IdempotencyInterceptor)
export class ProgramsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly catalogue: ProgramCatalogue,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'All versions, in order of effectiveFrom' })
  async list() {
    const versions = await this.catalogue.versions();
    return { items: versions.map((version) => ({ ...heading(version), name: version.program.name })) };
  }

  @Get(':version')
  @Requires('read')
  @ApiOperation({ summary: 'One version, with its document' })
  @Answers([404, 'unknown-program-version'])
  async read(@Param('version') number: string) {
    const versions = await this.catalogue.versions();
    const found = versions.find(({ version }) => String(version) === number);
    if (!found) throw new Problem('unknown-program-version', `${versions.length} versions are published`);
    return view(found);
  }

  @Post()
  @Requires('admin')
  @UsePipes(ObjectBodyPipe, validationPipe())
  @ApiOperation({ summary: 'Publish a version; the last document and effectiveFrom again changes nothing' })
  @Command()
  async publish(@Body() { program, effectiveFrom }: PublicationDto, @Identity() identity: CommandIdentity) {
    const from = typeof effectiveFrom === 'string' ? parseInstant(effectiveFrom) : effectiveFrom;
    return view(await this.commands.execute(new PublishProgram(program, from, identity)));
  }
}

function heading({ version, effectiveFrom }: ProgramVersion) {
  return { version, effectiveFrom: effectiveFrom === null ? null : iso(effectiveFrom) };
}

function view(version: ProgramVersion) {
  return { ...heading(version), program: version.program };
}
