import { Controller, Get, Param, Query, UsePipes } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/api-errors.js';
import { validationPipe } from '../http/validation.js';
import { Requires } from '../keys/access.js';
import { invalidField, Problem } from '../problems/problem.js';
import { asOfOf, decodeRfmCursor, windowOf } from './metrics-input.js';
import { isMetricsPart, METRICS_PARTS, partOf } from './metrics-parts.js';
import { ReadMetrics, ReadRfm } from './metrics-queries.js';
import { MetricsQueryDto, RfmQueryDto } from './metrics.dto.js';

const PARTS = Object.keys(METRICS_PARTS);
const DEFAULT_PAGE = 50;

@ApiTags('metrics')
@Controller('v1')
@UsePipes(validationPipe())
export class MetricsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('metrics')
  @Requires('read')
  @ApiOperation({
    summary: 'All metrics, as of now or any instant, of a window or all time',
    description:
      'Without asOf from the read store, which follows the log within moments. With asOf everything that is in the log; ' +
      'an instant at which many customers were otherwise than now takes a fold of the whole log.',
  })
  @Answers([400, 'invalid-request'], [429, 'too-many-questions'])
  read(@Query() query: MetricsQueryDto) {
    return this.queries.execute(new ReadMetrics(asOfOf(query.asOf), windowOf(query)));
  }

  @Get('metrics/:part')
  @Requires('read')
  @ApiOperation({ summary: 'A part of the metrics' })
  @ApiParam({ name: 'part', enum: PARTS })
  @Answers([400, 'invalid-request'], [404, 'unknown-metric'], [429, 'too-many-questions'])
  async readPart(@Param('part') part: string, @Query() query: MetricsQueryDto) {
    if (!isMetricsPart(part)) throw new Problem('unknown-metric', `Parts are ${PARTS.join(', ')}`);
    const metrics = await this.queries.execute(new ReadMetrics(asOfOf(query.asOf), windowOf(query)));
    return partOf(metrics, part);
  }

  @Get('rfm')
  @Requires('read')
  @ApiOperation({
    summary: 'Buyers with their recency, frequency and value scored 1 to 5, and their segment, by pages',
  })
  @Answers([400, 'invalid-request'], [429, 'too-many-questions'])
  rfm(@Query() { asOf, segment, cursor, limit = DEFAULT_PAGE }: RfmQueryDto) {
    const named = asOfOf(asOf);
    const place = cursor === undefined ? null : decodeRfmCursor(cursor);
    if (place !== null && named !== null && named !== place.asOf) {
      throw invalidField('asOf', 'must be that of the page before, or left out');
    }
    return this.queries.execute(new ReadRfm(place?.asOf ?? named, place?.after ?? null, limit, segment));
  }
}
