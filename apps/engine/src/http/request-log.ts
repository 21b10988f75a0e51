import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** Routes that take thousands of requests a second say nothing about those that went well. */
const QUIET_ROUTES = new Set(['/v1/facts']);

/**
 * Logs one line per answered request: the route, never the URL or a body, in which there are names and ids of people.
 */
export function logRequests(instance: FastifyInstance, logger: Logger): void {
  instance.addHook('onResponse', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    if (reply.statusCode >= 400 || route === undefined || !QUIET_ROUTES.has(route)) {
      const { method, id, apiKey } = request;
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      logger.info({ reqId: id, method, route, status: reply.statusCode, ms, apiKey: apiKey?.id }, 'answered');
    }
    done();
  });
}
