import { iso } from '../time/zone.js';
import type { Cause, Change, ChangeType } from './changes.js';

/** A change as people and programs outside get it: instants in ISO 8601, every field there. */
export interface ChangeJson {
  type: ChangeType;
  customerId: string;
  /** Effective instant. */
  at: string;
  cause: Cause;
  programVersion: number;
  subject: string;
  before: unknown;
  after: unknown;
  details: Record<string, unknown> | null;
}

/** The fields of what changes tell about that are instants, UTC ms inside. */
const INSTANTS: ReadonlySet<string> = new Set([
  'since',
  'until',
  'paidAt',
  'dueAt',
  'openUntil',
  'contactedAt',
  'snoozedUntil',
  'updatedAt',
  'effectiveAt',
]);

/** The change with its instants as text (SPEC §0, §10). The one place where they are turned. */
export function changeToJson(change: Change): ChangeJson {
  const { type, customerId, at, cause, programVersion, subject, before, after, details } = change;
  return {
    type,
    customerId,
    at: iso(at),
    cause,
    programVersion,
    subject,
    before: shown(before),
    after: shown(after),
    details: details === undefined ? null : (shown(details) as Record<string, unknown>),
  };
}

/** What changes tell about is flat, but for totals of points, in which there are no instants. */
function shown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      typeof field === 'number' && INSTANTS.has(key) ? iso(field) : (field as unknown),
    ]),
  );
}
