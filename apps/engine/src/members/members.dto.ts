import { ApiPropertyOptional } from '@nestjs/swagger';
import type { MemberSort } from '@perennial/read-store';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { PageDto } from '../http/page.dto.js';

const STAGES = ['prospect', 'new', 'active', 'loyal', 'cooling', 'at-risk', 'dormant', 'lost', 'reactivated'] as const;
const SORTS = [
  'customerId',
  'value',
  '-value',
  'available',
  '-available',
  'lastPurchaseAt',
  '-lastPurchaseAt',
] as const satisfies MemberSort[];

export class MemberListDto extends PageDto {
  @ApiPropertyOptional({
    description:
      'ISO 8601; default now. As of another instant members come in order of customerId, and a page holds those of its stretch that match: read on while there is a nextCursor',
  })
  @IsOptional()
  @IsString()
  asOf?: string;

  @ApiPropertyOptional({ description: 'Effective tier' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  tier?: string;

  @ApiPropertyOptional({ enum: STAGES })
  @IsOptional()
  @IsIn(STAGES)
  stage?: string;

  @ApiPropertyOptional({ enum: SORTS, default: 'customerId', description: '`-` = descending' })
  @IsOptional()
  @IsIn(SORTS)
  sort?: MemberSort;
}
