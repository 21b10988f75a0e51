import { Body, Controller, Delete, Get, HttpCode, Param, Post, UsePipes } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ApiKeyRecord } from '@perennial/engine-store';
import { iso } from '@perennial/membership';
import { ObjectBodyPipe, validationPipe } from '../http/validation.js';
import { Problem } from '../problems/problem.js';
import { Requires } from './access.js';
import { ApiKeys } from './api-keys.js';
import { NewKeyDto } from './keys.dto.js';

@ApiTags('keys')
@Requires('admin')
@Controller('v1/keys')
@UsePipes(ObjectBodyPipe, validationPipe())
export class KeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Get()
  @Requires('admin')
  @ApiOperation({ summary: 'All keys, without the keys themselves' })
  async list() {
    return { items: (await this.keys.list()).map(view) };
  }

  @Post()
  @Requires('admin')
  @ApiOperation({
    summary: 'Make a key; `key` is told this once',
    description: 'Takes no Idempotency-Key: an answer that could be repeated would have to be stored, the key in it.',
  })
  async create(@Body() { name, scopes }: NewKeyDto) {
    const { key, record } = await this.keys.create(name, scopes);
    return { ...view(record), key };
  }

  @Delete(':id')
  @Requires('admin')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a key: from now on it is refused' })
  async remove(@Param('id') id: string): Promise<void> {
    const outcome = await this.keys.remove(id);
    if (outcome === 'unknown') throw new Problem('unknown-key', `There is no key ${id}`);
    if (outcome === 'last-admin') throw new Problem('last-admin-key', 'Make another key of scope admin first');
  }
}

function view({ id, name, scopes, createdAt }: ApiKeyRecord) {
  return { id, name, scopes, createdAt: iso(createdAt) };
}
