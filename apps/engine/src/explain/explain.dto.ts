import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EXPLAINABLE, type Explainable } from '@perennial/membership';
import { IsIn, IsISO8601, IsOptional, IsString, Length, ValidateIf } from 'class-validator';

/** Two ids and a slash between them. */
const LONGEST_TASK_ID = 2 * 128 + 1;

export class ExplainDto {
  @ApiProperty({ enum: EXPLAINABLE })
  @IsIn(EXPLAINABLE)
  what!: Explainable;

  @ApiPropertyOptional({ description: 'Id of the task, such as `o-1/day-30`; goes with what=task' })
  @ValidateIf(({ what, task }: ExplainDto) => what === 'task' || task !== undefined)
  @IsString()
  @Length(1, LONGEST_TASK_ID)
  task?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Past, now (default) or ahead' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  asOf?: string;
}
