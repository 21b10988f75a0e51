import { hash, randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who sent a command, and which one it is. */
export interface CommandIdentity {
  /** Id of the fact that the command leaves: of a command with an Idempotency-Key the same at every try, for ever. */
  factId: string;
  source: string;
  /** UTC ms of the first try; only commands with an Idempotency-Key have tries before. */
  startedAt: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for commands with an Idempotency-Key. */
    firstTryAt?: number;
  }
}

export const Identity = createParamDecorator((_: unknown, context: ExecutionContext): CommandIdentity => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return identityOf(request);
});

function identityOf(request: FastifyRequest): CommandIdentity {
  const apiKey = request.apiKey!;
  const key = request.headers['idempotency-key'];
  return {
    factId:
      key === undefined ? `cmd-${randomUUID()}` : `cmd-${hash('sha256', `${apiKey.id}\n${String(key)}`).slice(0, 36)}`,
    source: apiKey.name,
    startedAt: request.firstTryAt ?? Date.now(),
  };
}
