import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventLog, openMemoryLog } from '@perennial/event-log';
import { DEFAULT_PROGRAM, type Link, ProgramHistory, type ProgramVersion } from '@perennial/membership';
import { PersonalData } from '@perennial/privacy';
import { FactIntake } from '../facts/fact-intake.js';
import { linkOf } from '../facts/link-check.js';
import { readJsonLines } from '../sources/json-lines.js';
import type { Rejection } from '../sources/source-item.js';
import { importFacts } from './import-facts.js';

const NOW = Date.parse('2025-02-01T00:00:00Z');

function visit(id: string) {
  return { id, type: 'VisitRecorded', customerId: 'c-1', occurredAt: '2025-01-01T00:00:00Z', data: {} };
}

function link(id: string, aliasId: string, customerId: string, occurredAt: string) {
  return { id, type: 'IdentityLinked', customerId, occurredAt, data: { aliasId } };
}

function published(version: number, effectiveFrom: string | null, name = 'ours') {
  const program = { ...DEFAULT_PROGRAM, name };
  const data = { version, effectiveFrom, program };
  return { id: `p-${version}`, type: 'ProgramPublished', customerId: null, occurredAt: '2025-01-01T00:00:00Z', data };
}

async function versionsIn(log: EventLog): Promise<ProgramVersion[]> {
  const records = await log.readStream('program');
  return records.map(({ data }) => {
    const { effectiveFrom, ...rest } = data as ReturnType<typeof published>['data'];
    return { ...rest, effectiveFrom: effectiveFrom === null ? null : Date.parse(effectiveFrom) };
  });
}

async function linksIn(log: EventLog): Promise<Link[]> {
  const records = await log.readAll();
  return records
    .filter(({ type }) => type === 'IdentityLinked')
    .map((record) => linkOf({ ...record, customerId: record.customerId!, data: record.data as { aliasId: string } }));
}

/** Imports lines, values as JSON, into a log. */
async function importLines(log: EventLog, lines: unknown[]) {
  async function* bytes() {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    yield await Promise.resolve(Buffer.from(text));
  }
  const history = async () => {
    const versions = await versionsIn(log);
    return versions.length > 0 ? new ProgramHistory(versions) : null;
  };
  const dir = await mkdtemp(join(tmpdir(), 'perennial-import-'));
  const personalData = new PersonalData({
    path: join(dir, 'keys.db'),
    master: { path: join(dir, 'master.key') },
    log,
    links: () => linksIn(log),
  });
  const shipped = new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);
  const rejections: Rejection[] = [];
  const report = await importFacts(
    readJsonLines(bytes()),
    {
      log,
      intake: new FactIntake(log, { history, ensure: async () => (await history()) ?? shipped }, { personalData }),
      programVersions: () => versionsIn(log),
      links: () => linksIn(log),
      clock: () => NOW,
    },
    { announce: false, onRejected: (rejection) => void rejections.push(rejection) },
  );
  await personalData.close();
  await rm(dir, { recursive: true });
  return { report, rejections, aside: rejections.map(({ line, id, reason }) => [line, id, reason]) };
}

describe('an import', () => {
  it('adds what is sound and sets the rest aside with line, id and reason', async () => {
    const log = openMemoryLog();

    const { report, aside } = await importLines(log, [
      visit('v-1'),
      '{"broken',
      { ...visit('v-2'), customerId: '' },
      visit('v-1'),
      { ...visit('v-1'), customerId: 'c-2' },
      '',
      visit('v-3'),
    ]);

    expect(report).toMatchObject({ read: 6, added: 2, known: 1, complete: true });
    expect(Object.fromEntries(report.setAside)).toEqual({ 'not-json': 1, invalid: 1, 'id-taken': 1 });
    expect(aside).toEqual([
      [2, null, 'not-json'],
      [3, 'v-2', 'invalid'],
      [5, 'v-1', 'id-taken'],
    ]);
  });

  it('adds nothing the second time', async () => {
    const log = openMemoryLog();
    const lines = Array.from({ length: 2500 }, (_, i) => visit(`v-${i}`));
    expect((await importLines(log, lines)).report).toMatchObject({ added: 2500, known: 0 });
    expect((await importLines(log, lines)).report).toMatchObject({ added: 0, known: 2500 });
  });

  it('reports links that have no effect, judged in fact order over the whole log', async () => {
    const log = openMemoryLog();
    await importLines(log, [link('l-1', 'a', 'b', '2025-01-02T00:00:00Z')]);

    const lines = [
      link('l-2', 'a', 'c', '2025-01-03T00:00:00Z'),
      link('l-3', 'b', 'a', '2025-01-04T00:00:00Z'),
      link('l-4', 'x', 'y', '2025-01-04T00:00:00Z'),
    ];
    const { report, aside } = await importLines(log, lines);

    expect(report.added).toBe(3);
    expect(aside).toEqual([
      [1, 'l-2', 'link-refused'],
      [2, 'l-3', 'link-refused'],
    ]);
    expect((await importLines(log, lines)).aside).toEqual(aside);
  });

  it('publishes programs into a log without facts of customers, as they were', async () => {
    const log = openMemoryLog();
    const { report } = await importLines(log, [
      published(1, null),
      published(2, '2025-01-01T00:00:00.000Z'),
      visit('v-1'),
    ]);
    expect(report).toMatchObject({ programs: 2, added: 1, known: 0 });
    expect(await log.readStream('program')).toMatchObject([
      { id: 'p-1', type: 'ProgramPublished', data: { version: 1, effectiveFrom: null } },
      { id: 'p-2', data: { version: 2, effectiveFrom: '2025-01-01T00:00:00.000Z' } },
    ]);
  });

  it('knows programs that are there, and sets aside others once customers have facts', async () => {
    const log = openMemoryLog();
    await importLines(log, [published(1, null), visit('v-1')]);
    const { report, aside } = await importLines(log, [
      published(1, null),
      published(2, '2025-01-01T00:00:00.000Z'),
      { ...published(3, null), data: {} },
    ]);
    expect(report).toMatchObject({ programs: 0, known: 1 });
    expect(aside).toEqual([
      [2, 'p-2', 'program-too-late'],
      [3, 'p-3', 'invalid'],
    ]);
  });

  it('sets aside a version that cannot follow the last', async () => {
    const { aside, rejections } = await importLines(openMemoryLog(), [published(1, null), published(3, null)]);
    expect(aside).toEqual([[2, 'p-3', 'invalid']]);
    expect(rejections[0].errors.map(({ path }) => path)).toEqual(['version', 'effectiveFrom']);
  });

  it('shows no personal data of what it sets aside', async () => {
    const log = openMemoryLog();
    const registration = { ...visit('r-1'), type: 'CustomerRegistered', data: { profile: { name: 'Ann' } } };
    const { rejections } = await importLines(log, [
      registration,
      { ...registration, data: { profile: { name: 'Bob' }, nickname: 'Bobby', channel: 'app' } },
      { ...registration, id: 'r-2', type: 'customerRegistered' },
      { ...visit('v-1'), customerId: '', data: { page: '/' } },
    ]);
    expect(JSON.stringify(rejections)).not.toMatch(/Ann|Bob/);
    expect(rejections.map(({ line, row }) => [line, (row as { data: object }).data])).toEqual([
      [2, { profile: '(personal data)', nickname: '(personal data)', channel: 'app' }],
      [3, { profile: '(personal data)' }],
      [4, { page: '/' }],
    ]);
  });
});
