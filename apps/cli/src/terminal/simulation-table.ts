import type { Outcome, PointsDifference, SimulationReport, TierMoves } from '@perennial/projection';
import { count } from './figures.js';

const NOBODY = '(no member)';
/** Members whose tier changes that are named; `--format json` names more. */
const NAMED_MOVERS = 20;

/** A simulation's report for people. */
export function simulationLines(report: SimulationReport): string[] {
  const { draft, before, after, tierMoves, points } = report;
  const since = draft.from === null ? 'the beginning of time' : draft.from;
  return [
    `${draft.name} from ${since}, ${count(report.customers)} customers as of ${report.asOf}`,
    ...section('', ['', 'before', 'after', 'difference'], comparisonRows(before, after)),
    ...section('who moves', ['from', 'to', 'members'], matrixRows(tierMoves)),
    ...section('gain most points', ['customer', 'before', 'after', 'difference'], points.gain.map(differenceRow)),
    ...section('lose most points', ['customer', 'before', 'after', 'difference'], points.lose.map(differenceRow)),
    ...section('another tier', ['customer', 'from', 'to'], moverRows(tierMoves)),
  ];
}

function comparisonRows(before: Outcome, after: Outcome): string[][] {
  const { liability: was } = before.points;
  const { liability: is } = after.points;
  return [
    compared('members', before.members, after.members),
    ...comparedAll('tier', before.tiers, after.tiers),
    compared('points earned', before.points.earned, after.points.earned),
    compared('points outstanding', before.points.outstanding, after.points.outstanding),
    ...(['available', 'pending', 'reserved'] as const).map((part) => compared(`  ${part}`, was[part], is[part])),
    compared('points debt', before.points.debt, after.points.debt),
    ...comparedAll('stage', before.stages, after.stages),
    ...comparedAll('task', tasksByName(before), tasksByName(after)),
  ];
}

/** `day-30 open: 12` */
function tasksByName({ tasks }: Outcome): Record<string, number> {
  const named = Object.entries(tasks).flatMap(([step, states]) =>
    Object.entries(states).map(([state, n]): [string, number] => [`${step} ${state}`, n]),
  );
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function comparedAll(kind: string, before: Record<string, number>, after: Record<string, number>): string[][] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].map((name) => compared(`${kind} ${name}`, before[name] ?? 0, after[name] ?? 0));
}

function compared(name: string, before: number, after: number): string[] {
  return [name, count(before), count(after), signed(after - before)];
}

function signed(n: number): string {
  return n > 0 ? `+${count(n)}` : count(n);
}

function matrixRows({ matrix }: TierMoves): string[][] {
  return matrix.map(({ from, to, members }) => [from ?? NOBODY, to ?? NOBODY, count(members)]);
}

function moverRows({ members, moved }: TierMoves): string[][] {
  const rows = members
    .slice(0, NAMED_MOVERS)
    .map(({ customerId, from, to }) => [customerId, from ?? NOBODY, to ?? NOBODY]);
  const more = moved - rows.length;
  return more > 0 ? [...rows, [`and ${count(more)} more`, '', '']] : rows;
}

function differenceRow({ customerId, before, after, difference }: PointsDifference): string[] {
  return [customerId, count(before), count(after), signed(difference)];
}

/** A table under a title, with figures on the right; nothing where there are no rows. */
function section(title: string, head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const widths = head.map((text, i) => Math.max(text.length, ...rows.map((row) => row[i].length)));
  const isFigure = head.map((_, i) => rows.some((row) => /^[+-]?[\d,]+$/.test(row[i])));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (i > 0 && isFigure[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return ['', ...(title === '' ? [] : [title]), line(head), ...rows.map(line)];
}
