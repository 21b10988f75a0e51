import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { TASK_STATES, type TaskState } from '@perennial/membership';
import type { TaskRow, TaskSort } from '@perennial/read-store';
import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { CommaList } from '../http/comma-list.js';
import { OptionalFactId } from '../http/is-fact-id.js';
import { PageDto } from '../http/page.dto.js';

const KINDS = ['reactivation', 'service-recovery'] as const satisfies TaskRow['kind'][];
const SORTS = ['priority', 'dueAt'] as const satisfies TaskSort[];

/** Whose tasks nobody has claimed. */
export const NOBODY = 'nobody';

export class TaskListDto extends PageDto {
  @ApiPropertyOptional({
    type: String,
    example: 'open,claimed',
    description: `In any of these, separated by commas; default all: ${TASK_STATES.join(', ')}`,
  })
  @IsOptional()
  @CommaList()
  @IsIn(TASK_STATES, { each: true, message: `each of state must be one of ${TASK_STATES.join(', ')}` })
  state?: TaskState[];

  @ApiPropertyOptional({ description: 'Step of the reactivation plan, such as `day-30`' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  step?: string;

  @ApiPropertyOptional({ enum: KINDS })
  @IsOptional()
  @IsIn(KINDS)
  kind?: TaskRow['kind'];

  @ApiPropertyOptional({ description: `Who claimed it; \`${NOBODY}\`: nobody did` })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  assignee?: string;

  @OptionalFactId('Tasks of this customer, under whichever of their ids')
  customerId?: string;

  @ApiPropertyOptional({
    enum: SORTS,
    default: 'priority',
    description:
      '`priority`: what waits before what is over, the highest first, then what was due first; `dueAt`: what was due first',
  })
  @IsOptional()
  @IsIn(SORTS)
  sort?: TaskSort;
}

export class ClaimDto {
  @ApiProperty({ description: 'Who does it' })
  @IsString()
  @Length(1, 200)
  by!: string;

  @ApiPropertyOptional({ default: false, description: 'Although somebody else has claimed the task' })
  @IsOptional()
  @IsBoolean()
  takeOver?: boolean;
}

export class ContactDto extends ClaimDto {
  @ApiPropertyOptional({ description: '`email`, `sms`, `push`, `wechat` or `phone`' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  channel?: string;

  @ApiPropertyOptional({ description: 'What was offered' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  offer?: string;
}

export class SnoozeDto extends ClaimDto {
  @ApiProperty({ format: 'date-time', description: 'When the task is open again' })
  @IsISO8601({ strict: true, strictSeparator: true })
  until!: string;
}

export class DismissalDto extends ClaimDto {
  @ApiProperty({ description: 'Why it is not to be done; nothing personal' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

export class CompletionDto extends ClaimDto {
  @ApiProperty({ description: 'What came of it; nothing personal' })
  @IsString()
  @Length(1, 500)
  outcome!: string;
}
