import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../problems/problem.js';

/** JSON is the only thing that bodies may be; what is not UTF-8 is refused instead of being read as something else. */
export function acceptJsonOnly(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  const parseText = instance.getDefaultJsonParser('error', 'error');
  instance.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(new Problem('invalid-utf8', 'The body holds bytes that are not UTF-8'));
    void parseText(request, body.toString(), (error, value) => {
      if (error) done(new Problem('invalid-json', error.message, { cause: error }));
      else done(null, value);
    });
  });
}
