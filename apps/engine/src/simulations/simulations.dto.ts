import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsObject, IsOptional } from 'class-validator';

export class SimulationDto {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The whole draft of a program document' })
  @IsObject()
  program!: object;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'From when on it is tried, also in the past; null or left out: from the beginning, instead of every version',
  })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  from?: string | null;

  @ApiPropertyOptional({ format: 'date-time', description: 'When members are compared: past, now (default) or ahead' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  asOf?: string;
}
