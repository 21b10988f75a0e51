import type { FieldError } from '@perennial/membership';
import { PROBLEM_TYPES, type ProblemType, problemUri } from './problem-types.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** An error as it is answered (RFC 9457): thrown anywhere below a controller, written by the filter. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    readonly type: ProblemType,
    /** What is wrong this time, and what to do about it. */
    detail: string,
    options: { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.status = PROBLEM_TYPES[type].status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  toJSON() {
    const { type, status, message: detail, errors } = this;
    return {
      type: problemUri(type),
      title: PROBLEM_TYPES[type].title,
      status,
      detail,
      ...(errors && { errors }),
    };
  }
}

/** 400 for one field. */
export function invalidField(path: string, message: string): Problem {
  return invalidRequest([{ path, message }]);
}

export function invalidRequest(errors: FieldError[]): Problem {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new Problem('invalid-request', `${first.path === '' ? 'It' : first.path} ${first.message}${more}`, { errors });
}
