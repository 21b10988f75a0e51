/**
 * Every kind of error that the API answers with (RFC 9457). The keys end the `type` URI and never change; the status is
 * always the same for a type.
 */
export const PROBLEM_TYPES = {
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-utf8': { status: 400, title: 'The body is not UTF-8' },
  'invalid-request': { status: 400, title: 'The request says something that it cannot say' },
  'bad-http': { status: 400, title: 'The request is not sound HTTP' },
  unauthorized: { status: 401, title: 'An API key is needed' },
  forbidden: { status: 403, title: 'The API key does not allow this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'unknown-member': { status: 404, title: 'No fact of this customer is known' },
  'unknown-redemption': { status: 404, title: 'The member has no such redemption' },
  'unknown-reservation': { status: 404, title: 'The member has no such reservation' },
  'unknown-task': { status: 404, title: 'The member has no such task' },
  'unknown-program-version': { status: 404, title: 'There is no such version of the program' },
  'unknown-simulation': { status: 404, title: 'There is no such simulation' },
  'unknown-metric': { status: 404, title: 'There is no such part of the metrics' },
  'no-churn-model': { status: 404, title: 'No churn model has been fitted' },
  'unknown-key': { status: 404, title: 'There is no such API key' },
  'method-not-allowed': { status: 405, title: 'This is not done here' },
  timeout: { status: 408, title: 'The request took too long to arrive' },
  'fact-conflict': { status: 409, title: 'The id or natural key of the fact is taken by another fact' },
  'insufficient-points': { status: 409, title: 'Not enough points are available' },
  'id-taken': { status: 409, title: 'The id is taken' },
  'reservation-ended': { status: 409, title: 'The reservation is over' },
  'no-grant': { status: 409, title: 'The member has no tier grant' },
  'task-ended': { status: 409, title: 'The task is over' },
  'task-claimed': { status: 409, title: 'The task is claimed by somebody else' },
  'no-consent': { status: 409, title: 'The customer did not consent to being contacted so' },
  'customer-erased': { status: 409, title: 'Nobody contacts a customer whose personal data was erased' },
  'already-erased': { status: 409, title: 'The personal data of the customer was erased before' },
  'member-parked': { status: 409, title: 'The member is set aside: their facts cannot be added up' },
  'last-admin-key': { status: 409, title: 'The last key of scope admin cannot be removed' },
  'request-in-flight': { status: 409, title: 'The request with this Idempotency-Key is still under way' },
  'personal-data-erased': { status: 410, title: "The customer's personal data was erased" },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'too-many-facts': { status: 413, title: 'There are too many facts in one request' },
  'uri-too-long': { status: 414, title: 'The URL is too long' },
  'unsupported-media-type': { status: 415, title: 'The body is of another media type than application/json' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'unknown-tier': { status: 422, title: 'The program has no such tier' },
  'instant-passed': { status: 422, title: 'The instant is over' },
  'too-many-points': { status: 422, title: 'That would be more points than can be counted' },
  'invalid-program': { status: 422, title: 'The program document is not sound' },
  'invalid-draft': { status: 422, title: 'The draft cannot be tried on this history' },
  'too-many-simulations': { status: 429, title: 'Too many simulations wait already' },
  'too-many-questions': { status: 429, title: 'Too many questions wait for a fold of the whole log' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'The engine failed' },
  busy: { status: 503, title: 'Too many others change this member at the moment' },
  'personal-data-unreadable': { status: 503, title: "The customer's personal data cannot be read at the moment" },
  unavailable: { status: 503, title: 'The engine cannot answer this at the moment' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof PROBLEM_TYPES;

/** The stable URI of a kind of error. */
export function problemUri(type: ProblemType): string {
  return `https://perennial.dev/problems/${type}`;
}
