import { type LogRecord, openMemoryLog } from '@perennial/event-log';
import type { Ledger } from '../clients/ledger.js';

/**
 * Every fact that was acknowledged is in the log once, or is set aside there because another one has its id or key; and
 * none is there twice.
 * @param log what stands. @param written all that was ever written.
 */
export function checkFacts(log: readonly LogRecord[], written: readonly LogRecord[], ledger: Ledger): string[] {
  const standing = timesBySource(log);
  const stored = timesBySource(written);
  const ids = new Set(log.map(({ id }) => id));
  const problems: string[] = [];
  const expect = (source: string, what: string, isRight: (times: number) => boolean) => {
    const times = standing.get(source) ?? 0;
    if (!isRight(times)) problems.push(`${what} is ${times} times in the log`);
  };
  for (const [source, { record, outcome }] of ledger.facts) {
    const what = `fact ${record.id}, told ${outcome?.status ?? 'nothing'},`;
    const isSetAside = stored.has(source) && !standing.has(source);
    if (outcome?.status === 'appended' && !isSetAside) expect(source, what, (times) => times === 1);
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

/** What stands is what a log would have admitted that enforces ids and keys. */
export async function checkStanding(log: readonly LogRecord[], written: readonly LogRecord[]): Promise<string[]> {
  const outcomes = await openMemoryLog().appendFacts([...written]);
  const admitted = written.filter((_, index) => outcomes[index].status === 'appended').map(({ position }) => position);
  const standing = log.map(({ position }) => position);
  return String(standing) === String(admitted) ? [] : [`${String(standing)} stand, ${String(admitted)} should`];
}

function timesBySource(records: readonly LogRecord[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { source } of records) times.set(source, (times.get(source) ?? 0) + 1);
  return times;
}
