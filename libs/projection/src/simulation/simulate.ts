import type { EventLog } from '@perennial/event-log';
import { type Fact, foldFacts, iso, type MemberState, type Program } from '@perennial/membership';
import { asFact } from '../customer-facts.js';
import { WholeLog } from '../fold-all.js';
import { ProgramCatalogue } from '../program-catalogue.js';
import { Comparison } from './comparison.js';
import { DraftError, type DraftHistories, historiesWith } from './draft.js';
import { OutcomeTally } from './outcome.js';
import type { SimulationReport } from './report.js';
import { UnvaluedOrders } from './unvalued-orders.js';

export interface SimulationRequest {
  /** A sound document (`parseProgram`). */
  program: Program;
  /** From when on it is tried, UTC ms, also in the past; null or left out: from the beginning of time. */
  from?: number | null;
  /** Instant at which members are compared, UTC ms: past, now or ahead. */
  asOf: number;
  onProgress?: (progress: SimulationProgress) => void;
}

export interface SimulationProgress {
  /** 0 to 1. */
  share: number;
  /** Customers that are through. */
  customers: number;
}

/** How often it is told how far the work has come, in facts or customers. */
const PROGRESS_EVERY = 1_000;
/** Part of the work that reading the log is. */
const READING = 0.4;

/**
 * What-if: folds the history of every customer as it is and under a draft program, side by side, and reports what would
 * be different (SPEC §3: the state is a function of facts, program and time). Only reads the log; nothing else is opened.
 * @throws DraftError when the draft has another time zone or currency, lacks an exchange rate, or starts after `asOf`.
 */
export async function simulate({ log }: { log: EventLog }, request: SimulationRequest): Promise<SimulationReport> {
  const { program, from = null, asOf, onProgress = () => undefined } = request;
  const published = await new ProgramCatalogue(log).versions();
  const histories = historiesWith(published, { program, from }, asOf);
  const history = await readHistory(log, histories, asOf, onProgress);

  const before = new OutcomeTally(histories.before, asOf);
  const after = new OutcomeTally(histories.after, asOf);
  const comparison = new Comparison();
  let customers = 0;
  let through = 0;
  let facts = 0;
  for await (const customer of history.customers()) {
    const sides = foldBoth(customer.customerId, customer.facts, asOf, histories);
    if (sides) {
      const [was, is] = sides;
      comparison.addTiers(customer.customerId, before.add(was), after.add(is));
      comparison.addPoints(customer.customerId, was.points, is.points);
      customers++;
    }
    facts += customer.facts.length;
    if (++through % PROGRESS_EVERY === 0) {
      onProgress({ share: READING + (1 - READING) * (facts / history.facts), customers: through });
    }
  }
  onProgress({ share: 1, customers: through });
  const [was, is] = [before.result(), after.result()];
  return {
    asOf: iso(asOf),
    draft: { name: program.name, from: from === null ? null : iso(from), replaces: histories.replaces },
    customers,
    before: was,
    after: is,
    tierMoves: comparison.tierMoves([...new Set([...Object.keys(was.tiers), ...Object.keys(is.tiers)])]),
    points: comparison.points(),
  };
}

async function readHistory(
  log: EventLog,
  histories: DraftHistories,
  asOf: number,
  onProgress: (progress: SimulationProgress) => void,
): Promise<WholeLog> {
  const head = await log.head();
  const unvalued = new UnvaluedOrders(histories, asOf);
  let read = 0;
  const history = await WholeLog.survey(log, head, (record) => {
    unvalued.look(asFact(record));
    if (++read % PROGRESS_EVERY === 0) onProgress({ share: READING * (record.position / head), customers: 0 });
  });
  const errors = unvalued.errors();
  if (errors.length > 0) throw new DraftError(errors);
  return history;
}

/** The customer under the program as it is and under the draft; null = there is no fact up to then. */
function foldBoth(
  customerId: string,
  facts: readonly Fact[],
  asOf: number,
  { before, after }: DraftHistories,
): [was: MemberState, is: MemberState] | null {
  const was = foldFacts(customerId, facts, asOf, before);
  const is = foldFacts(customerId, facts, asOf, after);
  return was && is && [was, is];
}
