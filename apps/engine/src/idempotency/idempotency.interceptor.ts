import { hash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Attempt, EngineStore, StoredAnswer } from '@perennial/engine-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { invalidField, Problem, PROBLEM_MEDIA_TYPE } from '../problems/problem.js';
import { toProblem } from '../problems/to-problem.js';
import { ENGINE_STORE } from '../stores/tokens.js';

const KEY = /^[\x21-\x7e]{1,255}$/;
const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';

/**
 * Commands with an `Idempotency-Key`: the same key with the same request is answered with the stored answer, with another
 * request 422, and 409 while the first is under way, in this engine or in another one. A try that was cut off is made
 * again; the fact ids, which come from the key, see to it that it changes nothing twice.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(@Inject(ENGINE_STORE) private readonly store: EngineStore) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const attempt = attemptOf(request);
    if (attempt === null) return next.handle();
    return of(await this.answer(attempt, request, http.getResponse<FastifyReply>(), next));
  }

  private async answer(attempt: Attempt, request: FastifyRequest, reply: FastifyReply, next: CallHandler) {
    const met = await this.store.answers.begin(attempt);
    switch (met.status) {
      case 'in-flight':
        throw new Problem('request-in-flight', 'Wait for its answer, or send it again later', {
          headers: { 'retry-after': '1' },
        });
      case 'other-request':
        throw new Problem(
          'idempotency-key-reused',
          'Its first request had another method, path or body: take a new key',
        );
      case 'answered':
        void reply.code(met.answer.status).header('idempotency-replayed', 'true').type(met.answer.contentType);
        return met.answer.body;
      case 'begun':
        request.firstTryAt = met.firstTryAt;
        return this.carryOut(attempt, reply, next);
    }
  }

  private async carryOut(attempt: Attempt, reply: FastifyReply, next: CallHandler): Promise<string> {
    let body: string;
    try {
      body = JSON.stringify(await lastValueFrom<unknown>(next.handle()));
    } catch (error) {
      await this.keepRefusal(attempt, toProblem(error));
      throw error;
    }
    await this.store.answers.complete(attempt, { status: reply.statusCode, body, contentType: JSON_MEDIA_TYPE });
    void reply.type(JSON_MEDIA_TYPE);
    return body;
  }

  /**
   * A refusal is an answer; what was no sound request (400), came at a bad time (429) or failed here may be sent again
   * under the same key.
   */
  private async keepRefusal(attempt: Attempt, problem: Problem): Promise<void> {
    if ([400, 429].includes(problem.status) || problem.status >= 500) return this.store.answers.withdraw(attempt);
    const answer: StoredAnswer = {
      status: problem.status,
      body: JSON.stringify(problem),
      contentType: PROBLEM_MEDIA_TYPE,
    };
    await this.store.answers.complete(attempt, answer);
  }
}

function attemptOf(request: FastifyRequest): Attempt | null {
  const idempotencyKey = request.headers['idempotency-key'];
  if (idempotencyKey === undefined) return null;
  if (typeof idempotencyKey !== 'string' || !KEY.test(idempotencyKey)) {
    throw invalidField('Idempotency-Key', 'must be 1 to 255 printable ASCII characters without spaces');
  }
  const fingerprint = hash('sha256', `${request.method} ${request.url}\n${JSON.stringify(request.body)}`);
  return { apiKeyId: request.apiKey!.id, idempotencyKey, fingerprint, startedAt: Date.now() };
}
