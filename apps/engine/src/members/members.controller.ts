import { Controller, Get, Param, Query, UsePipes } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { changeToJson } from '@perennial/membership';
import { Answers } from '../http/api-errors.js';
import { IdPipe, InstantPipe, validationPipe } from '../http/validation.js';
import { Requires } from '../keys/access.js';
import { ListMembers, ReadMember, ReadTimeline } from './member-queries.js';
import { MemberListDto } from './members.dto.js';

@ApiTags('members')
@Controller('v1/members')
export class MembersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Requires('read')
  @UsePipes(validationPipe())
  @ApiOperation({
    summary: 'Members as of now, or of any other instant, by pages',
    description:
      'From the read store, which follows the log within moments; one member is always read up to date. `nextCursor` is of the next page. `cursor` is of `GET /v1/changes`: who keeps a copy of all members reads on from that of the first page.',
  })
  @Answers([400, 'invalid-request'])
  list(@Query() { asOf, ...query }: MemberListDto) {
    const instant = asOf === undefined ? null : new InstantPipe().transform(asOf, { type: 'query', data: 'asOf' });
    return this.queries.execute(new ListMembers(query, Date.now(), instant));
  }

  @Get(':id')
  @Requires('read')
  @ApiOperation({ summary: 'One member as of now, of a past instant, or ahead: what if nothing more happens' })
  @ApiQuery({ name: 'asOf', required: false, description: 'ISO 8601; default now', type: String })
  @Answers([400, 'invalid-request'], [404, 'unknown-member'])
  read(@Param('id', IdPipe) id: string, @Query('asOf', InstantPipe) asOf: number) {
    return this.queries.execute(new ReadMember(id, asOf));
  }

  @Get(':id/timeline')
  @Requires('read')
  @ApiOperation({ summary: 'Facts and what each changed, and what time changed, in the order in which it took effect' })
  @ApiQuery({ name: 'until', required: false, description: 'ISO 8601; default now', type: String })
  @Answers([400, 'invalid-request'], [404, 'unknown-member'])
  async timeline(@Param('id', IdPipe) id: string, @Query('until', InstantPipe) until: number) {
    const entries = await this.queries.execute(new ReadTimeline(id, until));
    return { items: entries.map((entry) => ({ ...entry, changes: entry.changes.map(changeToJson) })) };
  }
}
