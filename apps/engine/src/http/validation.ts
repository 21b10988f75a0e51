import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { type FieldError, isId, parseInstant } from '@perennial/membership';
import type { ValidationError } from 'class-validator';
import { invalidField, invalidRequest } from '../problems/problem.js';

/** Checks bodies and queries by their DTO classes; what no DTO names is refused, so that a misspelt field is not lost. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => invalidRequest(fieldErrors(errors, '')),
  });
}

function fieldErrors(errors: ValidationError[], prefix: string): FieldError[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const path = prefix + property;
    const own = Object.values(constraints).map((message) => ({ path, message: message.replace(`${property} `, '') }));
    return [...own, ...fieldErrors(children, `${path}.`)];
  });
}

/** A body must be there and an object, before a DTO class can look at it. */
@Injectable()
export class ObjectBodyPipe implements PipeTransform {
  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    if (type !== 'body' || (typeof value === 'object' && value !== null && !Array.isArray(value))) return value;
    throw invalidField('', 'must be a JSON object');
  }
}

/** An id in the path. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (isId(value)) return value;
    throw invalidField(data ?? 'id', 'must be 1 to 128 printable characters without spaces');
  }
}

/** An instant in the query; now when it is left out. UTC milliseconds. */
@Injectable()
export class InstantPipe implements PipeTransform<unknown, number> {
  transform(value: unknown, { data }: ArgumentMetadata): number {
    if (value === undefined) return Date.now();
    const instant = typeof value === 'string' ? parseInstant(value) : NaN;
    if (!Number.isNaN(instant)) return instant;
    throw invalidField(data ?? '', 'must be an ISO 8601 instant with a zone, such as 2025-01-31T08:00:00.000Z');
  }
}
