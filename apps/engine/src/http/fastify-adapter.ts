import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EngineConfig } from '../config/engine-config.js';
import { Problem, PROBLEM_MEDIA_TYPE } from '../problems/problem.js';
import { sendProblem } from '../problems/problem-filter.js';
import type { ProblemType } from '../problems/problem-types.js';
import { toProblem } from '../problems/to-problem.js';
import { joinTaskId } from './task-paths.js';

/** The longest id, 128 characters of 4 bytes, each `%XX`. */
const LONGEST_PARAMETER = 128 * 4 * 3;

/** Fastify as the engine uses it: every error a problem, also those that come up before there is a request. */
export function createFastifyAdapter(config: EngineConfig): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: config.bodyLimit,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    rewriteUrl: (request: IncomingMessage) => joinTaskId(request.method, request.url!),
    requestTimeout: 60_000,
    // While it shuts down, what comes on open connections is still served: the stores are closed after the server.
    return503OnClosing: false,
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, toProblem(error)),
    clientErrorHandler: answerBrokenHttp,
  });
}

const HTTP_ERRORS: Partial<Record<string, { type: ProblemType; detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { type: 'timeout', detail: 'Send requests without long pauses' },
  HPE_HEADER_OVERFLOW: { type: 'headers-too-large', detail: 'Headers and URL may have 16 KiB together' },
};

/** Something came that is no HTTP request: there is only the socket to answer on. */
function answerBrokenHttp(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const known = HTTP_ERRORS[error.code ?? ''] ?? { type: 'bad-http', detail: error.message };
  const problem = new Problem(known.type, known.detail);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${known.type}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
