import type { LogRecord } from '@perennial/event-log';
import type { Ledger } from '../clients/ledger.js';

/** Every fact that was acknowledged is in the log once, and none is there twice. */
export function checkFacts(log: readonly LogRecord[], ledger: Ledger): string[] {
  const found = new Map<string, number>();
  for (const { source } of log) found.set(source, (found.get(source) ?? 0) + 1);
  const ids = new Set(log.map(({ id }) => id));
  const problems: string[] = [];
  const expect = (source: string, what: string, isRight: (times: number) => boolean) => {
    const times = found.get(source) ?? 0;
    if (!isRight(times)) problems.push(`${what} is ${times} times in the log`);
  };
  for (const [source, { record, outcome }] of ledger.facts) {
    const what = `fact ${record.id}, told ${outcome?.status ?? 'nothing'},`;
    if (outcome?.status === 'appended') expect(source, what, (times) => times === 1);
    else if (outcome?.status === 'conflict') expect(source, what, (times) => times === 0);
    else expect(source, what, (times) => times <= 1);
    if (outcome?.status === 'duplicate' && !ids.has(record.id)) problems.push(`${what} is not in the log`);
  }
  for (const [source, { redemption, outcome }] of ledger.redemptions) {
    const what = `redemption ${redemption.factId}, told ${outcome ?? 'nothing'},`;
    expect(source, what, (times) => (outcome === 'done' ? times === 1 : times <= 1));
  }
  return problems;
}
