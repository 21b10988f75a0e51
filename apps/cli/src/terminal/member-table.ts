import type { Member } from '@perennial/membership';

interface Column {
  title: string;
  width: number;
  /** Figures stand on the right. */
  right?: true;
  of: (member: Member) => string | number | null | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: 'customer', width: 24, of: (m) => m.customerId },
  { title: 'tier', width: 10, of: (m) => m.tier?.effective },
  { title: 'growth', width: 9, right: true, of: (m) => m.tier?.growth },
  { title: 'stage', width: 11, of: (m) => m.stage },
  { title: 'available', width: 10, right: true, of: (m) => m.points.available },
  { title: 'pending', width: 9, right: true, of: (m) => m.points.pending },
  { title: 'purchases', width: 9, right: true, of: (m) => m.purchases.count },
  { title: 'value', width: 12, right: true, of: (m) => m.purchases.value },
  { title: 'last purchase', width: 24, of: (m) => m.purchases.lastAt },
];

export const MEMBER_TABLE_HEAD = row(COLUMNS.map(({ title }) => title));

export function memberTableRow(member: Member): string {
  return row(COLUMNS.map(({ of }) => String(of(member) ?? '-')));
}

function row(cells: readonly string[]): string {
  return COLUMNS.map(({ width, right }, i) => (right ? cells[i].padStart(width) : cells[i].padEnd(width)))
    .join('  ')
    .trimEnd();
}

/** A member as lines of `points.available  120`: every field of SPEC Appendix B. */
export function memberDetails(member: Member): string[] {
  const fields = flatten(member, '');
  const width = Math.max(...fields.map(([path]) => path.length));
  return fields.map(([path, value]) => `${path.padEnd(width)}  ${value}`);
}

type Json = string | number | boolean | null | undefined | object;

function flatten(value: Json, path: string): [path: string, value: string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value ?? '-')]];

  const entries = Object.entries(value) as [string, Json][];
  if (entries.length === 0) return [[path, '-']];
  return entries.flatMap(([key, part]) => flatten(part, path === '' ? key : `${path}.${key}`));
}
