import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DayWindow, parseDay } from '@perennial/analytics';
import type { Member } from '@perennial/membership';
import { Failure } from '../failure.js';
import { readJsonFile } from '../files/input-file.js';

/** A worked case: facts, programs, and what an independent reading of the SPEC makes of them. */
export interface WorkedCase {
  name: string;
  /** File of facts, in the order of arrival. */
  factsFile: string;
  programs: { document: unknown; effectiveFrom: string | null }[];
  expected: { file: string; asOf: string; members: Member[] }[];
  /** Metrics as of an instant, of a window of days of the program's zone (null = all time); null = none are given. */
  metrics: { file: string; asOf: string; window: DayWindow | null; expected: unknown } | null;
  /** Ids of facts that the log does not take. */
  setAside: Set<string>;
}

interface CaseJson {
  programs: { file: string; effectiveFrom: string | null }[];
  members: { file: string; asOf: string }[];
  metrics?: { file: string; asOf: string; from?: string; to?: string };
}

const CASE_FILE = 'case.json';

/** The folders of cases that a folder holds, itself included. @throws Failure when there is none. */
export async function findCases(dir: string): Promise<string[]> {
  if (existsSync(join(dir, CASE_FILE))) return [dir];
  const entries = existsSync(dir) ? await readdir(dir) : [];
  const found = entries.map((entry) => join(dir, entry)).filter((path) => existsSync(join(path, CASE_FILE)));
  if (found.length === 0) throw new Failure(`There is no case in ${dir}: a case is a folder with a ${CASE_FILE}`);
  return found.sort();
}

export async function readCase(dir: string): Promise<WorkedCase> {
  const { programs, members, metrics } = (await readJsonFile(join(dir, CASE_FILE))) as CaseJson;
  const setAside = await readFile(join(dir, 'set-aside.txt'), 'utf8');
  return {
    name: basename(dir),
    factsFile: join(dir, 'facts.jsonl.gz'),
    programs: await Promise.all(
      programs.map(async ({ file, effectiveFrom }) => ({
        document: await readJsonFile(join(dir, file)),
        effectiveFrom,
      })),
    ),
    expected: await Promise.all(
      members.map(async ({ file, asOf }) => ({ file, asOf, members: await readMembers(join(dir, file)) })),
    ),
    metrics: metrics === undefined ? null : await readExpectedMetrics(dir, metrics),
    setAside: new Set(linesOf(setAside)),
  };
}

async function readExpectedMetrics(
  dir: string,
  { file, asOf, from, to }: NonNullable<CaseJson['metrics']>,
): Promise<WorkedCase['metrics']> {
  const window = from === undefined || to === undefined ? null : { from: parseDay(from), to: parseDay(to) };
  return { file, asOf, window, expected: await readJsonFile(join(dir, file)) };
}

async function readMembers(path: string): Promise<Member[]> {
  const text = gunzipSync(await readFile(path)).toString('utf8');
  return linesOf(text).map((line) => JSON.parse(line) as Member);
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
