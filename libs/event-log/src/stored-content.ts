import { sameContent, type Content } from './content.js';
import type { LogRecord } from './port.js';
import type { WritableRecord } from './stored-form.js';

/** True when a record that is stored says the same as one that is offered (ruling 1). */
export function saysTheSame(stored: LogRecord, offered: WritableRecord): boolean {
  const { customerId, type, occurredAt, data } = stored;
  const content: Content = { customerId, type, occurredAt, json: JSON.stringify(data) };
  return sameContent(content, offered);
}
