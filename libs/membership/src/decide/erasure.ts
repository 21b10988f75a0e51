import type { MemberState } from '../fold/state.js';
import { type CommandContext, type CommandHead, type Decision, decideFact, refusal } from './decision.js';

export interface ErasePersonalData extends CommandHead {
  reason: string;
  by: string;
}

/**
 * Erases what is personal of a customer (SPEC §12). The fact says so; keys are destroyed by whoever records it.
 * Refusals: unknown-member, invalid-command, already-erased.
 */
export function decideErasure(
  state: MemberState | null,
  command: ErasePersonalData,
  context: CommandContext,
): Decision {
  const { reason, by } = command;
  return decideFact(state, command, context, { type: 'PersonalDataErased', data: { reason, by } }, (member) =>
    member.erasedAt === null ? 'accept' : refusal('already-erased', 'Nothing personal is left of this customer'),
  );
}
