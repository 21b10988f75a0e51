import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsISO8601, IsOptional, IsString, Length, Max, Min, NotEquals } from 'class-validator';
import { OptionalFactId } from '../http/is-fact-id.js';

const MOST = Number.MAX_SAFE_INTEGER;

export class RedemptionDto {
  @OptionalFactId('Unique for ever; left out: one is made')
  redemptionId?: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(MOST)
  points!: number;

  @ApiPropertyOptional({ description: '`discount`, `goods`, `lottery`, …' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  purpose?: string;

  @OptionalFactId('The order that the points were spent on')
  orderId?: string;
}

export class ReservationDto {
  @OptionalFactId('Unique for ever, among redemptions too; left out: one is made')
  reservationId?: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(MOST)
  points!: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: as long as the program says (30 min)' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  expiresAt?: string;
}

export class AdjustmentDto {
  @OptionalFactId('Unique for ever; left out: one is made')
  adjustmentId?: string;

  @ApiProperty({ type: 'integer', description: 'Negative takes away; what is not there becomes debt' })
  @IsInt()
  @NotEquals(0)
  @Min(-MOST)
  @Max(MOST)
  points!: number;

  @ApiProperty()
  @IsString()
  @Length(1, 500)
  reason!: string;

  @ApiProperty({ description: 'Who decided it' })
  @IsString()
  @Length(1, 200)
  by!: string;
}
