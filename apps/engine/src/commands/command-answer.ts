import type { Recorded } from './member-command.js';

/** What a command is answered with: the fact that carried it out, and nothing that changes later. */
export function answerOf({ id, customerId, occurredAt, data, warnings }: Recorded) {
  return { factId: id, customerId, occurredAt, ...data, ...(warnings && { warnings }) };
}
