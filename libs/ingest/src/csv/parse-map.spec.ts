import { parseMap } from './parse-map.js';

const FACT = {
  id: 'v-{#line}',
  type: 'VisitRecorded',
  customerId: '{customer}',
  occurredAt: { $date: 'day', format: 'yyyy-MM-dd', time: '12:00', timeZone: 'UTC' },
  data: {},
};

function errorsOf(map: unknown): string[] {
  const parsed = parseMap(map);
  return parsed.ok ? [] : parsed.errors.map(({ path, message }) => `${path} ${message}`);
}

describe('maps for CSV', () => {
  it('fills in what may be left out', () => {
    expect(parseMap({ facts: [FACT] })).toEqual({
      ok: true,
      map: { separator: ',', header: true, setAside: [], facts: [{ when: [], fact: FACT }] },
    });
  });

  it.each<[string, unknown, string]>([
    ['a map that is no object', [], ' must be an object'],
    ['a misspelt field', { facts: [FACT], seperator: ';' }, 'seperator is unknown here'],
    ['a long separator', { facts: [FACT], separator: ';;' }, 'separator must be one character'],
    ['a quote as separator', { facts: [FACT], separator: '"' }, 'separator cannot be a quote'],
    ['no header and no columns', { facts: [FACT], header: false }, 'columns is missing'],
    ['a column named twice', { facts: [FACT], columns: ['day', 'customer', 'day'] }, 'columns names day twice'],
    ['a column that is not there', { facts: [FACT], columns: ['day'] }, 'names the column customer'],
    ['no facts', { facts: [] }, 'facts is missing'],
    ['a fact without an id', { facts: [{ ...FACT, id: undefined }] }, 'facts[0].id is missing'],
    ['an unknown expression', { facts: [{ ...FACT, data: { a: { $sum: 'b' } } }] }, 'has no expression $sum'],
    ['an option of another one', { facts: [{ ...FACT, data: { a: { $text: 'b', format: 'c' } } }] }, 'does not belong'],
    ['rows without a group', { facts: [{ ...FACT, data: { a: { $rows: {} } } }] }, 'needs group'],
    ['a lone brace', { facts: [{ ...FACT, id: 'a{b' }] }, 'has a brace without its pair'],
    ['a bad format', { facts: [{ ...FACT, occurredAt: { $date: 'a', format: 'yyyy', timeZone: 'UTC' } }] }, 'names no'],
    ['bad decimals', { facts: [{ ...FACT, data: { a: { $money: 'b', decimals: 9 } } }] }, 'decimals must be'],
    ['a condition without a test', { facts: [{ ...FACT, when: { column: 'a' } }] }, 'tests nothing'],
    ['a rule without conditions', { facts: [FACT], setAside: [{ reason: 'r' }] }, 'setAside[0].when is missing'],
  ])('refuses %s', (_what, map, message) => {
    expect(errorsOf(map).join('\n')).toContain(message);
  });
});
