import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream, openMemoryLog } from '@perennial/event-log';
import type { Fact } from '@perennial/membership';
import { PersonalData } from './personal-data.js';

const MASTER = Buffer.alloc(32, 7).toString('base64');

function fact(type: string, data: object): Fact & { source: string } {
  return { id: `m-${type}`, type, customerId: 'c-1', occurredAt: 1, source: 'test', data } as Fact & { source: string };
}

describe('an older file of keys', () => {
  it('is brought up to the log when it is put back', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'perennial-privacy-'));
    const path = join(dir, 'keys.db');
    const log = openMemoryLog();
    const open = () =>
      new PersonalData({ path, master: { path: '', given: MASTER }, log, links: () => Promise.resolve([]) });
    const first = open();
    const [sealed] = await first.seal([fact('CustomerRegistered', { profile: { name: 'Ann' } })]);
    await first.carryOutErasures();
    await first.close();
    copyFileSync(path, join(dir, 'backup.db'));
    const second = open();
    const erasure = fact('PersonalDataErased', { by: 'bob', reason: 'asked' });
    await log.appendFacts([{ ...erasure, recordedAt: 0, schemaVersion: 1, stream: customerStream('c-1') }]);
    await second.carryOutErasures();
    await second.close();
    copyFileSync(join(dir, 'backup.db'), path);
    const restarted = open();
    expect((await restarted.reveal(sealed)).state).toBe('whole');
    await restarted.start();
    expect((await restarted.reveal(sealed)).state).toBe('erased');
    await restarted.close();
    rmSync(dir, { recursive: true });
  });
});
