import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

export class ErasureDto {
  @ApiProperty({ description: 'Who decided it; stays readable' })
  @IsString()
  @Length(1, 200)
  by!: string;

  @ApiProperty({ description: 'Stays readable: say nothing personal' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}
