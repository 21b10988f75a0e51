import { HttpException } from '@nestjs/common';
import { LogClosedError, LogUnavailableError } from '@perennial/event-log';
import { OverflowError } from '@perennial/membership';
import { KeysUnavailableError, MasterKeyError } from '@perennial/privacy';
import { StaleCheckpointError } from '@perennial/read-store';
import { Problem } from './problem.js';
import { PROBLEM_TYPES, type ProblemType } from './problem-types.js';

/** What Fastify says of a request that it would not take, by its error code. */
const FASTIFY_PROBLEMS: Partial<Record<string, { type: ProblemType; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { type: 'body-too-large', detail: 'Send less at a time' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    type: 'unsupported-media-type',
    detail: 'Send JSON with Content-Type: application/json',
  },
  FST_ERR_CTP_EMPTY_TYPE: { type: 'unsupported-media-type', detail: 'Send JSON with Content-Type: application/json' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { type: 'bad-http', detail: 'The body is not as long as Content-Length says' },
  FST_ERR_BAD_URL: { type: 'invalid-request', detail: 'The URL has a broken percent-encoding' },
  FST_ERR_MAX_PARAM_LENGTH: { type: 'uri-too-long', detail: 'A part of the path is longer than any id' },
};

/** What keeps the engine from writing, and nothing of the request was. */
const IS_UNAVAILABLE = [LogUnavailableError, LogClosedError, KeysUnavailableError, MasterKeyError];

/** The problem that an error of whatever origin is answered with; what nobody foresaw is `internal`. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (IS_UNAVAILABLE.some((kind) => error instanceof kind)) {
    return new Problem('unavailable', 'Nothing of this request was recorded: send it again', {
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  if (error instanceof StaleCheckpointError) {
    return new Problem('unavailable', 'The read store was made anew meanwhile: ask again', {
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  // Facts that are sound one by one can come to more than anybody counts; the health of the engine names such members.
  if (error instanceof OverflowError) return new Problem('member-parked', error.message, { cause: error });
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FASTIFY_PROBLEMS[code];
  if (known) return new Problem(known.type, known.detail, { cause: error });
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (status !== undefined && status >= 400 && status < 500) return ofStatus(status, error as Error);
  return new Problem('internal', 'This is a defect of the engine; its log says more', { cause: error });
}

function ofStatus(status: number, error: Error): Problem {
  const types = Object.keys(PROBLEM_TYPES) as ProblemType[];
  const type = types.find((candidate) => PROBLEM_TYPES[candidate].status === status && candidate !== 'invalid-json');
  return new Problem(type ?? 'bad-http', error.message, { cause: error });
}
