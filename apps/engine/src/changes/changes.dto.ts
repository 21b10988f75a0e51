import { ApiPropertyOptional } from '@nestjs/swagger';
import { CHANGE_TYPES, type ChangeType } from '@perennial/membership';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { CommaList } from '../http/comma-list.js';

/** Seconds; what stands between client and engine often hangs up after a minute. */
const LONGEST_WAIT = 30;

export class ChangesDto {
  @ApiPropertyOptional({ description: '`cursor` of an earlier answer, however old; left out: from the beginning' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  after?: string;

  @ApiPropertyOptional({
    type: String,
    example: 'tier-changed,stage-changed',
    description: `Only these, separated by commas; default all: ${CHANGE_TYPES.join(', ')}`,
  })
  @IsOptional()
  @CommaList()
  @IsIn(CHANGE_TYPES, { each: true, message: `each of types must be one of ${CHANGE_TYPES.join(', ')}` })
  types?: ChangeType[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  @ApiPropertyOptional({
    type: 'number',
    minimum: 0,
    maximum: LONGEST_WAIT,
    default: 0,
    description: 'Seconds to wait for something where there is nothing yet; answered at once when it comes',
  })
  @IsOptional()
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(LONGEST_WAIT)
  wait?: number;
}
