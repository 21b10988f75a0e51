import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AllowedMethods } from '../http/allowed-methods.js';
import { Problem, PROBLEM_MEDIA_TYPE } from './problem.js';
import { toProblem } from './to-problem.js';

/** Answers every error as a problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly allowedMethods: AllowedMethods) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const unrouted = request.is404 && error instanceof NotFoundException;
    const problem = unrouted ? this.notRouted(request) : toProblem(error);
    if (problem.status >= 500)
      this.logger.error({ err: problem.cause, route: request.routeOptions.url }, problem.message);
    const reply = http.getResponse<FastifyReply>();
    // Fastify would hang up on a body that is too large, and who is still sending would not see the answer.
    if (problem.type === 'body-too-large') reply.removeHeader('connection');
    sendProblem(reply, problem);
  }

  private notRouted(request: FastifyRequest): Problem {
    const methods = this.allowedMethods.of(request.url);
    if (methods.length === 0) return new Problem('not-found', 'No route has this path; /docs lists them');
    return new Problem('method-not-allowed', `${request.method} is not done here: use ${methods.join(' or ')}`, {
      headers: { allow: methods.join(', ') },
    });
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  void reply.code(problem.status).headers(problem.headers).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}
