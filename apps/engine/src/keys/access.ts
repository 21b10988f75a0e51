import { RouteConfig } from '@nestjs/platform-fastify';
import type { ApiKeyRecord, Scope } from '@perennial/engine-store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import type { ApiKeys } from './api-keys.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    scope?: Scope;
  }
  interface FastifyRequest {
    /** Set before any handler of a route runs. */
    apiKey: ApiKeyRecord | null;
  }
}

/** The scope that a route needs; `admin` has them all. A route that says nothing needs `admin`. */
export function Requires(scope: Scope): MethodDecorator & ClassDecorator {
  return RouteConfig({ scope });
}

/** Paths of the documentation, whose routes are not ours to mark. */
const DOCUMENTATION = /^\/docs(?:$|[-/])/;

/** Lets in who has a key, before the body is read: strangers cannot make the engine parse anything. */
export function guardRoutes(instance: FastifyInstance, keys: ApiKeys): void {
  instance.decorateRequest('apiKey', null);
  instance.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) return done();
    const key = keyOf(request.headers.authorization);
    const record = key === null ? null : keys.find(key);
    if (record === null) return done(unauthorized(request, key !== null));
    const scope = scopeOf(request);
    if (!record.scopes.includes(scope) && !record.scopes.includes('admin')) {
      return done(new Problem('forbidden', `This needs a key of scope ${scope} or admin`));
    }
    request.apiKey = record;
    done();
  });
}

function scopeOf(request: FastifyRequest): Scope {
  const { config, url = '' } = request.routeOptions;
  return config.scope ?? (DOCUMENTATION.test(url) ? 'read' : 'admin');
}

/** `Bearer KEY`, or `Basic` with the key as user name, as browsers and some SDKs send it. */
function keyOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const [scheme, value = ''] = authorization.split(' ', 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic':
      return Buffer.from(value, 'base64').toString('latin1').split(':', 1)[0];
    default:
      return null;
  }
}

function unauthorized(request: FastifyRequest, given: boolean): Problem {
  const documentation = DOCUMENTATION.test(request.routeOptions.url ?? '');
  return new Problem('unauthorized', given ? 'The API key is not known' : 'Send it as "Authorization: Bearer pk_…"', {
    // A browser asks for a name only where it is told Basic, and only the documentation is for browsers.
    headers: { 'www-authenticate': documentation ? 'Basic realm="Perennial: API key as user name"' : 'Bearer' },
  });
}
