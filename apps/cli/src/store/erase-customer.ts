import { randomUUID } from 'node:crypto';
import { type NewRecord, WrongExpectedRevisionError } from '@perennial/event-log';
import { type Decision, decideErasure, type Fact, type Refusal } from '@perennial/membership';
import type { MemberHead, Stores } from '@perennial/projection';

export interface Erasure {
  by: string;
  reason: string;
}

/**
 * Records that a customer is erased, and destroys their keys (SPEC §12).
 * @param id of the customer, or an alias.
 * @returns the refusal, or the surviving customer.
 * @throws LogUnavailableError, KeysUnavailableError, MasterKeyError
 */
export async function eraseCustomer(
  { log, reader, personalData }: Stores,
  id: string,
  erasure: Erasure,
): Promise<{ refusal: Refusal } | { customerId: string }> {
  const factId = `erasure-${randomUUID()}`;
  for (;;) {
    const now = Date.now();
    const head = await reader.head(id, now);
    const decision = decide(head, factId, erasure, now);
    if (decision.ok) {
      try {
        await log.append(head.stream, [recordOf(decision.facts[0], head.stream, now)], head.revision);
      } catch (error) {
        // The engine was faster: look again.
        if (error instanceof WrongExpectedRevisionError) continue;
        throw error;
      }
    }
    // Also when it was done before, and cut off.
    await personalData.carryOutErasures();
    return decision.ok ? { customerId: head.customerId } : { refusal: decision.refusal };
  }
}

function decide(head: MemberHead, factId: string, erasure: Erasure, now: number): Decision {
  const { customerId, state, programs } = head;
  return decideErasure(state, { factId, customerId, source: 'cli', ...erasure }, { now, programs });
}

function recordOf({ id, type, customerId, occurredAt, data }: Fact, stream: string, recordedAt: number): NewRecord {
  return { stream, id, type, schemaVersion: 1, customerId, occurredAt, recordedAt, source: 'cli', data };
}
