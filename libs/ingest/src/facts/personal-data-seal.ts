import type { Fact } from '@perennial/membership';

/** What personal data goes through on its way into the log (SPEC §12). */
export interface PersonalDataSeal {
  /** The facts as they go into the log, personal fields sealed; what that takes is durable when this resolves. */
  seal(facts: readonly Fact[]): Promise<readonly Fact[]>;
  /** Makes what the log holds of erased customers unreadable, for good. */
  carryOutErasures(): Promise<void>;
}
