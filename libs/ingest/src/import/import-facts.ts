import type { EventLog } from '@perennial/event-log';
import { type Link, type LinkRefusal, type ProgramVersion, resolveLinks } from '@perennial/membership';
import { type FactIntake, type FactResult, idOf } from '../facts/fact-intake.js';
import { isProgramPublished, takeProgram } from '../facts/program-intake.js';
import type { FactSource, Rejection, SourceItem } from '../sources/source-item.js';
import { emptyReport, type ImportReport } from './import-report.js';
import { shownRow } from './shown-row.js';

export interface ImportParts {
  log: EventLog;
  intake: FactIntake;
  /** All versions published so far. */
  programVersions: () => Promise<readonly ProgramVersion[]>;
  /** Every link the log holds; asked once, at the end, when the source held links. */
  links: () => Promise<readonly Link[]>;
  /** The engine's clock, UTC milliseconds. */
  clock: () => number;
}

export interface ImportOptions {
  /** Announce what the facts changed, as if they had come live (SPEC §10). */
  announce: boolean;
  /** Called for everything set aside, one after the other. */
  onRejected: (rejection: Rejection) => Promise<void> | void;
  /** Called after every batch. */
  onProgress?: (report: ImportReport) => void;
}

type Candidate = Extract<SourceItem, { input: unknown }>;

/** Facts that share one durable append. */
const BATCH = 1000;

/**
 * Imports a source: everything sound goes into the log, the rest is set aside with its reason. Harmless to do again.
 * Memory does not grow with the source, but for the links in it.
 * @throws LogUnavailableError, or what reading the source throws; what was added before stays.
 */
export async function importFacts(
  source: FactSource,
  parts: ImportParts,
  options: ImportOptions,
): Promise<ImportReport> {
  const run = new ImportRun(parts, options);
  for await (const items of source) await run.take(items);
  return run.finish();
}

class ImportRun {
  readonly #report = emptyReport();
  readonly #parts: ImportParts;
  readonly #options: ImportOptions;
  /** One instant for the whole run, UTC ms: its facts are history up to then, and are folded together (SPEC §10). */
  readonly #instant: number;
  #pending: Candidate[] = [];
  /** Line of each link that the log holds now, by fact id. */
  readonly #linkLines = new Map<string, number>();

  constructor(parts: ImportParts, options: ImportOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#instant = parts.clock();
  }

  async take(items: readonly SourceItem[]): Promise<void> {
    this.#report.read += items.length;
    for (const item of items) {
      if ('rejection' in item) {
        if (item.ends) this.#report.complete = false;
        await this.#setAside(item.rejection);
      } else if (isProgramPublished(item.input)) {
        await this.#flush();
        await this.#takeProgram(item);
      } else {
        this.#pending.push(item);
        if (this.#pending.length === BATCH) await this.#flush();
      }
    }
  }

  async finish(): Promise<ImportReport> {
    await this.#flush();
    await this.#parts.intake.settle();
    if (this.#linkLines.size > 0) await this.#judgeLinks(await this.#parts.links());
    this.#options.onProgress?.(this.#report);
    return this.#report;
  }

  async #flush(): Promise<void> {
    const batch = this.#pending;
    if (batch.length === 0) return;
    this.#pending = [];
    const inputs = batch.map((item) => item.input);
    const { announce } = this.#options;
    const results = await this.#parts.intake.take(inputs, { now: this.#instant, announce, from: 'import' });
    for (const [index, result] of results.entries()) {
      const rejection = this.#count(batch[index], result);
      if (rejection) await this.#setAside(rejection);
    }
    this.#options.onProgress?.(this.#report);
  }

  #count(item: Candidate, result: FactResult): Rejection | null {
    const { line } = item;
    switch (result.status) {
      case 'invalid':
        return { line, id: result.id, reason: 'invalid', errors: result.errors, row: shownRow(item.row, item.input) };
      case 'conflict': {
        const errors = [{ path: result.on === 'id' ? 'id' : 'data', message: result.message }];
        return { line, id: result.id, reason: `${result.on}-taken`, errors, row: shownRow(item.row, item.input) };
      }
      case 'accepted':
        this.#report.added++;
        break;
      case 'duplicate':
        this.#report.known++;
        break;
    }
    if (isLink(item.input)) this.#linkLines.set(result.id, line);
    return null;
  }

  async #takeProgram({ line, input, row }: Candidate): Promise<void> {
    const { log, programVersions } = this.#parts;
    const result = await takeProgram(log, await programVersions(), input, this.#instant);
    if (result.status === 'accepted') this.#report.programs++;
    else if (result.status === 'duplicate') this.#report.known++;
    else {
      const reason = result.status === 'invalid' ? 'invalid' : 'program-too-late';
      await this.#setAside({ line, id: idOf(input), reason, errors: result.errors, row });
    }
  }

  /** Links are judged in fact order over the whole log, so only now (ruling 44). They stay in the log, without effect. */
  async #judgeLinks(links: readonly Link[]): Promise<void> {
    const { refused } = resolveLinks(links);
    for (const { factId, aliasId, customerId } of links) {
      const line = this.#linkLines.get(factId);
      const refusal = refused.get(factId);
      if (line === undefined || refusal === undefined) continue;
      const errors = [{ path: 'data.aliasId', message: REFUSED[refusal] }];
      await this.#setAside({ line, id: factId, reason: 'link-refused', errors, row: { customerId, aliasId } });
    }
  }

  async #setAside(rejection: Rejection): Promise<void> {
    const { setAside } = this.#report;
    setAside.set(rejection.reason, (setAside.get(rejection.reason) ?? 0) + 1);
    await this.#options.onRejected(rejection);
  }
}

const REFUSED: Record<LinkRefusal, string> = {
  self: 'has no effect: nobody is linked to themselves',
  'second-link': 'has no effect: an earlier link of this alias leads to another id',
  cycle: 'has no effect: by earlier links the customer is an alias of this alias',
};

function isLink(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'type' in input && input.type === 'IdentityLinked';
}
