import type { FastifyInstance } from 'fastify';
import type { Role } from '../config/roles.js';
import { Problem } from '../problems/problem.js';

/** What every process answers, whatever it does: how it is. */
const ALWAYS = new Set(['/v1/health', '/metrics']);

/** A process without the role `api` answers how it is, and nothing else. */
export function serveByRole(instance: FastifyInstance, roles: ReadonlySet<Role>): void {
  if (roles.has('api')) return;
  instance.addHook('onRequest', (request, _reply, done) => {
    if (request.is404 || ALWAYS.has(request.routeOptions.url ?? '')) return done();
    done(new Problem('not-found', `This process has the roles ${[...roles].join(', ')}; ask one with the role api`));
  });
}
