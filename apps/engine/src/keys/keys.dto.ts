import { SCOPES, type Scope } from '@perennial/engine-store';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsString, Length } from 'class-validator';

export class NewKeyDto {
  /** What the key is for; becomes the `source` of facts that its commands leave. */
  @IsString()
  @Length(1, 100)
  name!: string;

  /** What it allows; `admin` allows everything. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes!: Scope[];
}
