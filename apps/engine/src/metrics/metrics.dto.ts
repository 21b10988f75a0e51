import { SEGMENT_RULES } from '@perennial/analytics';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PageDto } from '../http/page.dto.js';

const SEGMENTS = SEGMENT_RULES.map(({ segment }) => segment);

export class MetricsQueryDto {
  @ApiPropertyOptional({ format: 'date-time', description: 'ISO 8601: past, or ahead; default now' })
  @IsOptional()
  @IsString()
  asOf?: string;

  @ApiPropertyOptional({
    format: 'date',
    description: 'First day of the window, in the zone of the program; default all time',
  })
  @IsOptional()
  @IsString()
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'The day after the last' })
  @IsOptional()
  @IsString()
  to?: string;
}

export class RfmQueryDto extends PageDto {
  @ApiPropertyOptional({ format: 'date-time', description: 'ISO 8601: past, or ahead; default now' })
  @IsOptional()
  @IsString()
  asOf?: string;

  @ApiPropertyOptional({ enum: SEGMENTS })
  @IsOptional()
  @IsIn(SEGMENTS)
  segment?: string;
}
