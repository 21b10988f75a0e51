import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProperty, ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';

class FieldErrorView {
  @ApiProperty({ description: 'The field, such as `data.lines[2].quantity`; empty for the whole' })
  path!: string;
  @ApiProperty()
  message!: string;
}

/** RFC 9457, as every error is answered. */
export class ProblemView {
  @ApiProperty({ example: 'https://perennial.dev/problems/insufficient-points', description: 'Stable' })
  type!: string;
  @ApiProperty()
  title!: string;
  @ApiProperty()
  status!: number;
  @ApiProperty()
  detail!: string;
  @ApiPropertyOptional({ type: [FieldErrorView] })
  errors?: FieldErrorView[];
}

/** Documents the errors of a route: `[404, 'unknown-member']`, … */
export function Answers(...problems: [status: number, description: string][]): MethodDecorator & ClassDecorator {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemView' } } };
  return applyDecorators(...problems.map(([status, description]) => ApiResponse({ status, description, content })));
}

/** Documents a command: it takes an Idempotency-Key. */
export function Command(...refusals: [status: number, description: string][]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        '1–255 printable ASCII characters. The same key with the same request gives the same answer, and nothing happens twice',
    }),
    Answers([400, 'invalid-request'], [422, 'idempotency-key-reused, or what the command says cannot be'], ...refusals),
  );
}
