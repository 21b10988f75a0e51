import { Zone } from '../time/zone.js';
import type { Program } from './program.js';

/** One published version of the program; `effectiveFrom` is UTC milliseconds, null = from the beginning of time. */
export interface ProgramVersion {
  version: number;
  effectiveFrom: number | null;
  program: Program;
}

/**
 * All published versions, by effectiveFrom. Time zone and currency are the same in all of them (ruling 16),
 * so both stand here once.
 */
export class ProgramHistory {
  readonly versions: readonly ProgramVersion[];
  readonly zone: Zone;
  readonly currency: string;
  private readonly from: number[];

  /** @param versions at least one, in order of effectiveFrom. */
  constructor(versions: readonly ProgramVersion[]) {
    if (versions.length === 0) throw new Error('A program history needs at least one version');
    this.versions = versions;
    this.from = versions.map((v) => v.effectiveFrom ?? -Infinity);
    this.from[0] = -Infinity;
    this.zone = Zone.of(versions[0].program.timeZone);
    this.currency = versions[0].program.currency;
  }

  /** Index of the version in force at `t`: facts at a version's effectiveFrom run under it (ruling 10). */
  indexAt(t: number): number {
    let index = 0;
    while (index + 1 < this.from.length && this.from[index + 1] <= t) index++;
    return index;
  }

  program(index: number): Program {
    return this.versions[index].program;
  }

  /** When the version after `index` takes effect; Infinity when none is published. */
  nextFrom(index: number): number {
    return index + 1 < this.from.length ? this.from[index + 1] : Infinity;
  }
}
