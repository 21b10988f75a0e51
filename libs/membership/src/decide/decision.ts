import { type Fact, type FactDataByType } from '../facts/fact.js';
import { factToJson } from '../facts/fact-json.js';
import { parseFact } from '../facts/parse-fact.js';
import { nextDue } from '../fold/advance.js';
import { decodeState, encodeState } from '../fold/codec.js';
import { advanceTo, isLate } from '../fold/fold.js';
import type { MemberState } from '../fold/state.js';
import type { ProgramHistory } from '../program/history.js';

/**
 * Commands: what may be refused. `decide…(state, command, context) → facts | refusal` is the one place where it is
 * decided; a refused command leaves no fact (SPEC §1).
 */

/** What every command says besides its own. */
export interface CommandHead {
  /** Message id of the fact that the command leaves: the same for every try of one command. */
  factId: string;
  /** The surviving id, where ids were linked (SPEC §11). */
  customerId: string;
  /** Who sent it. */
  source: string;
}

export interface CommandContext {
  /** The engine's clock, UTC milliseconds. */
  now: number;
  programs: ProgramHistory;
}

export type RefusalCode =
  /** No fact of this customer is in the log. */
  | 'unknown-member'
  /** A field of the command says nothing that a fact could say; `field` names it. */
  | 'invalid-command'
  | 'insufficient-points'
  /** The redemption, reservation or adjustment id is taken by another one. */
  | 'id-taken'
  | 'unknown-redemption'
  | 'unknown-reservation'
  /** The reservation was committed, was released or ran out. */
  | 'reservation-ended'
  /** The member's points would be beyond what is counted exactly. */
  | 'too-many-points'
  | 'unknown-tier'
  /** An end that the command names is not after its own instant. */
  | 'instant-passed'
  /** The customer's personal data was erased before. */
  | 'already-erased'
  | 'no-grant'
  | 'unknown-task'
  /** The task waits for nothing any more: it was done, ran out, or was never open. */
  | 'task-ended'
  /** Somebody else has claimed the task. */
  | 'task-claimed'
  /** The customer did not consent to being contacted so. */
  | 'no-consent'
  /** Their personal data was erased: nobody contacts them. */
  | 'customer-erased';

export interface Refusal {
  code: RefusalCode;
  /** What is wrong and what to do about it. */
  message: string;
  /** The field of the command that it is about. */
  field?: string;
}

/**
 * What a command comes to. `repeats`: it was done before, or its id is taken; no fact is left. Which of the two says
 * `judgeRepetition`, given the fact that is recorded.
 */
export type Decision =
  { ok: true; facts: Fact[]; repeats?: Fact; warnings?: Warning[] } | { ok: false; refusal: Refusal };

/** What is done as asked, and probably not as meant. */
export interface Warning {
  code: 'ends-before-waking';
  message: string;
}

export function refusal(code: RefusalCode, message: string, field?: string): Refusal {
  return field === undefined ? { code, message } : { code, message, field };
}

/** `repeats` = an id that exists is named again, or what is asked for was done. */
export type Verdict = 'accept' | 'repeats' | Refusal;

/** Type and data of the fact that a command asks for. */
export type Wanted = { [T in keyof FactDataByType]: { type: T; data: FactDataByType[T] } }[keyof FactDataByType];

/**
 * Judges one command that leaves one fact, at the first instant from `now` on at which the fact is the last of the
 * member's: so it is folded on to the very state that it was judged by.
 *
 * @param state everything in the log about the customer; null = nothing is.
 * @param rule what the command needs of the member at that instant.
 */
export function decideFact(
  state: MemberState | null,
  head: CommandHead,
  context: CommandContext,
  wanted: Wanted,
  rule: (member: MemberState, at: number) => Verdict,
): Decision {
  if (state === null) {
    return { ok: false, refusal: refusal('unknown-member', `No fact of customer ${head.customerId} is known`) };
  }
  const fact = placeFact(state, head, context.now, wanted);
  const invalid = unsound(fact);
  if (invalid !== null) return { ok: false, refusal: invalid };
  const verdict = rule(memberAt(state, fact.occurredAt, context.programs), fact.occurredAt);
  switch (verdict) {
    case 'accept':
      return { ok: true, facts: [fact] };
    case 'repeats':
      return { ok: true, facts: [], repeats: fact };
    default:
      return { ok: false, refusal: verdict };
  }
}

/** Dates the fact now, or as late as the member's last fact demands: senders' clocks may be minutes ahead. */
function placeFact(state: MemberState, head: CommandHead, now: number, wanted: Wanted): Fact {
  const { factId: id, customerId, source } = head;
  const at = Math.max(now, state.now);
  const fact = { id, type: wanted.type, customerId, occurredAt: at, source, data: wanted.data } as Fact;
  return isLate(state, fact) ? { ...fact, occurredAt: at + 1 } : fact;
}

/** The same rules that any fact must keep (SPEC Appendix A). */
function unsound(fact: Fact): Refusal | null {
  const parsed = parseFact(factToJson(fact), { now: fact.occurredAt });
  if (parsed.ok) return null;
  const [{ path, message }] = parsed.errors;
  const field = path.replace(/^data\./, '');
  return refusal('invalid-command', `${field} ${message}`, field);
}

/** The member with every timer up to `at` fired. The state that came in stays as it is. */
function memberAt(state: MemberState, at: number, programs: ProgramHistory): MemberState {
  if (nextDue(state, programs) > at) return state;
  const member = decodeState(encodeState(state));
  advanceTo(member, at, programs);
  return member;
}
