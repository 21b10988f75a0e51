import type { DayWindow } from '@perennial/analytics';
import { type Member, parseInstant } from '@perennial/membership';
import { LiveCustomers, readMetrics, type Stores, verify } from '@perennial/projection';
import type { WorkedCase } from './case-files.js';
import { compareMetrics } from './compare-metrics.js';
import { compareMembers, type Comparison, type Without } from './compare-members.js';

/** What became of one reading of a case: from the log, or from the read store after something was done to it. */
export interface Reading {
  /** How the members came to be, such as `imported` or `rebuilt`. */
  way: string;
  members: number;
  equal: number;
  /** Fields that differ, with how often they do. */
  fields: Map<string, number>;
  /** Whether the metrics are as expected; null = they were not compared. */
  metricsEqual: boolean | null;
  /** The first differences, spelled out. */
  samples: string[];
  /** What is wrong besides members. */
  problems: string[];
}

const SAMPLES = 3;

/** Every member at each instant, folded from the log. */
export async function readAll(way: string, stores: Stores, worked: WorkedCase, without: Without, problems: string[]) {
  const reading = await read(way, worked, without, problems, async (asOf) => {
    const members: Member[] = [];
    for await (const member of stores.reader.members(asOf)) members.push(member);
    return members;
  });
  await addMetrics(reading, worked, without, (asOf, window) => readMetrics(stores, { asOf, window }));
  return reading;
}

/** By way of the read store, which knows everything up to each customer's last fact. */
export async function readSingly(way: string, stores: Stores, worked: WorkedCase, without: Without): Promise<Reading> {
  const reading = await read(way, worked, without, await verifyProblems(stores), async (asOf, ids) => {
    const members: Member[] = [];
    for (const id of ids) {
      const member = await stores.reader.member(id, asOf);
      if (member) members.push(member);
    }
    return members;
  });
  const live = new LiveCustomers(stores, { mostFolded: Infinity });
  await addMetrics(reading, worked, without, async (asOf, window) => {
    const answer = await live.answer({ what: 'metrics', asOf, window }, asOf);
    return answer && 'metrics' in answer ? answer.metrics : null;
  });
  return reading;
}

async function addMetrics(
  reading: Reading,
  { metrics }: WorkedCase,
  without: Without,
  metricsAt: (asOf: number, window: DayWindow | null) => Promise<unknown>,
): Promise<void> {
  if (metrics === null || without.has('metrics')) return;
  const { file, asOf, window, expected } = metrics;
  const differences = compareMetrics(expected, await metricsAt(parseInstant(asOf), window));
  reading.metricsEqual = differences.length === 0;
  for (const { path, expected: wanted, actual } of differences.slice(0, SAMPLES)) {
    reading.samples.push(`${file} ${path}: expected ${wanted}, is ${actual}`);
  }
}

async function read(
  way: string,
  { expected }: WorkedCase,
  without: Without,
  problems: string[],
  membersAt: (asOf: number, ids: string[]) => Promise<Member[]>,
): Promise<Reading> {
  const reading: Reading = {
    way,
    members: 0,
    equal: 0,
    fields: new Map(),
    metricsEqual: null,
    samples: [],
    problems: [...problems],
  };
  for (const { file, asOf, members } of expected) {
    const ids = members.map((member) => member.customerId);
    const actual = await membersAt(parseInstant(asOf), ids);
    add(reading, file, compareMembers(members, actual, without));
    const order = actual.map((member) => member.customerId);
    if (order.length === ids.length && order.some((id, i) => id !== ids[i])) {
      reading.problems.push(`${file}: members come in another order`);
    }
  }
  return reading;
}

function add(reading: Reading, file: string, { members, equal, differences }: Comparison): void {
  reading.members += members;
  reading.equal += equal;
  for (const { customerId, field, expected, actual } of differences) {
    const name = field === '' ? 'member' : field;
    reading.fields.set(name, (reading.fields.get(name) ?? 0) + 1);
    if (reading.samples.length < SAMPLES) {
      reading.samples.push(`${file} ${customerId} ${name}: expected ${expected}, is ${actual}`);
    }
  }
}

/** What `verify` finds fault with. */
export async function verifyProblems({ log, stores }: Stores): Promise<string[]> {
  const { different, parked, conservation } = await verify(log, stores);
  return [
    ...different.map(({ customerId, what }) => `verify: ${customerId} ${what}`),
    ...parked.map(({ customerId, error }) => `verify: ${customerId} is set aside: ${error}`),
    ...(conservation.ok ? [] : ['verify: points do not add up']),
  ];
}
