import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, Length } from 'class-validator';

const MODES = ['floor', 'exact'] as const;

export class RevocationDto {
  @ApiProperty()
  @IsString()
  @Length(1, 500)
  reason!: string;

  @ApiProperty({ description: 'Who decided it' })
  @IsString()
  @Length(1, 200)
  by!: string;
}

export class TierGrantDto extends RevocationDto {
  @ApiProperty({ description: 'A tier of the program in force' })
  @IsString()
  @Length(1, 100)
  tier!: string;

  @ApiProperty({ enum: MODES, description: '`floor`: at least this tier; `exact`: this one whatever is earned' })
  @IsIn(MODES)
  mode!: (typeof MODES)[number];

  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: until it is revoked' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  until?: string;
}
