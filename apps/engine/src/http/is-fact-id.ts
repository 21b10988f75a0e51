import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isId } from '@perennial/membership';
import { IsOptional, registerDecorator } from 'class-validator';

/** An id as facts bear it (SPEC Appendix A). */
function IsFactId(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isFactId',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: isId,
        defaultMessage: () => '$property must be 1 to 128 printable characters without spaces',
      },
    });
}

const SCHEMA = { type: String, minLength: 1, maxLength: 128 } as const;

/** A DTO field that holds an id; what it is of says the description. */
export function FactId(description: string): PropertyDecorator {
  return applyDecorators(ApiProperty({ ...SCHEMA, description }), IsFactId());
}

export function OptionalFactId(description: string): PropertyDecorator {
  return applyDecorators(ApiPropertyOptional({ ...SCHEMA, description }), IsOptional(), IsFactId());
}
