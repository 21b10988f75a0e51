import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsObject, ValidateIf } from 'class-validator';

export class PublicationDto {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The whole program document' })
  @IsObject()
  program!: object;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'null = from the beginning of time; left out: null for the first version, now for later ones',
  })
  @ValidateIf(({ effectiveFrom }: PublicationDto) => effectiveFrom !== undefined && effectiveFrom !== null)
  @IsISO8601({ strict: true, strictSeparator: true })
  effectiveFrom?: string | null;
}
