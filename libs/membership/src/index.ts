export * from './facts/fact.js';
export * from './program/program.js';
export { ProgramHistory, type ProgramVersion } from './program/history.js';
export { DAY_MS, iso, Zone, addMonths, civil, dayNumber } from './time/zone.js';
export { allocate, convert, exactRate, mulDivFloor, OverflowError } from './orders/money.js';
export { purchaseValue } from './orders/purchase-value.js';
export { valueOrder, type Valuation, type ValuationRefusal } from './orders/valuation.js';
export * from './fold/member.js';
export * from './fold/changes.js';
export type * from './fold/state.js';
export { decodeState, encodeState } from './fold/codec.js';
export { advanceTo, foldFacts, foldOn, isLate, isStale } from './fold/fold.js';
export { nextDue } from './fold/advance.js';
export { assertConserved } from './fold/invariants.js';
export { viewMember } from './fold/view.js';
export { type Identities, type Link, type LinkRefusal, resolveLinks } from './identity/links.js';
export type { FieldError } from './facts/field-error.js';
export { CLOCK_TOLERANCE_MS, parseFact, type ParsedFact } from './facts/parse-fact.js';
export { type FactJson, factToJson } from './facts/fact-json.js';
export { naturalKey } from './facts/natural-key.js';
export {
  birthdayTold,
  type DataObject,
  divideData,
  type DividedData,
  mayBePersonal,
  PERSONAL,
  personalPart,
  type PersonalPart,
  withheldData,
  withoutYear,
} from './facts/personal-data.js';
export { parseInstant } from './facts/instant.js';
export { isId } from './facts/field-checks.js';
export { parseProgram, type ParsedProgram } from './program/parse-program.js';
export { checkSuccession, parseProgramPublished, type ProgramPublished } from './program/program-published.js';
export { DEFAULT_PROGRAM } from './program/default-program.js';
export { effectiveTier } from './tiers/tiers.js';
export * from './decide/index.js';
export { applyToMirror, type Facet, facetKey, facetsOf } from './fold/facets.js';
export { LIVE_TASK_STATES } from './reactivation/tasks.js';
export { type PriorityReason, type TaskPriority, taskPriority } from './reactivation/priority.js';
export * from './explain/index.js';
export { type ChangeJson, changeToJson } from './fold/change-json.js';
