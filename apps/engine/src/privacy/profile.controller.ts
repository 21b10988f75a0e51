import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/api-errors.js';
import { IdPipe } from '../http/validation.js';
import { Requires } from '../keys/access.js';
import { ReadProfile } from './read-profile.js';

@ApiTags('personal data')
@Controller('v1/members/:id/profile')
export class ProfileController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    summary: 'The profile as of now, in the clear',
    description:
      'Decrypted on demand from registration and updates: the latest of each field; null takes a field back.',
  })
  @Answers([404, 'unknown-member'], [410, 'personal-data-erased'], [503, 'personal-data-unreadable'])
  read(@Param('id', IdPipe) id: string) {
    return this.queries.execute(new ReadProfile(id));
  }
}
