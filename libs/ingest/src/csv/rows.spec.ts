import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Line } from '../sources/lines.js';
import { RowReader, type TableRow } from './rows.js';

function linesOf(text: string): Line[] {
  return text.split('\n').map((line, i) => ({ line: i + 1, text: line }));
}

function read(text: string, separator = ','): TableRow[] {
  const reader = new RowReader(separator);
  return [...reader.take(linesOf(text)), ...reader.end()];
}

const cellsOf = (rows: TableRow[]) => rows.map((row) => ('cells' in row ? row.cells : row.message));

describe('rows of a table', () => {
  it('reads quoted cells with separators, doubled quotes and line ends, and counts lines', () => {
    expect(read('a,"b, ""c""",d\n"e\nf",g,h\n\ni,j,k')).toEqual([
      { line: 1, cells: ['a', 'b, "c"', 'd'] },
      { line: 2, cells: ['e\nf', 'g', 'h'] },
      { line: 5, cells: ['i', 'j', 'k'] },
    ]);
  });

  it('reads columns set apart by blanks', () => {
    expect(cellsOf(read('  00001  19970101   1  11.77\n\n 00002\t19970112 1 12.00', 'whitespace'))).toEqual([
      ['00001', '19970101', '1', '11.77'],
      ['00002', '19970112', '1', '12.00'],
    ]);
  });

  it('leaves out blanks around cells, and lets a quote inside a cell be', () => {
    expect(cellsOf(read(' a , "b " ,5" nails'))).toEqual([['a', 'b ', '5" nails']]);
    expect(cellsOf(read('a\t\t"b"', '\t'))).toEqual([['a', '', 'b']]);
  });

  it('gives up on a quote that is never closed, and on its line only', () => {
    const after = Array.from({ length: 250 }, (_, i) => `${i},x`);

    const rows = read(['a,b', '"open,b', ...after].join('\n'));

    expect(rows).toHaveLength(252);
    expect(rows[1]).toMatchObject({ line: 2, reason: 'not-csv', message: 'opens a quote that is not closed' });
    expect(rows[2]).toEqual({ line: 3, cells: ['0', 'x'] });
    expect(rows[251]).toEqual({ line: 252, cells: ['249', 'x'] });
  });

  it('gives up on text after a closing quote, and on its line only', () => {
    const rows = read('"a"b,c\nd,e');
    expect(rows[0]).toMatchObject({ line: 1, reason: 'not-csv' });
    expect(rows[1]).toEqual({ line: 2, cells: ['d', 'e'] });
  });

  it('passes on a line that could not be read', () => {
    const bad: Line = { line: 2, text: '�', problem: { reason: 'not-utf8', message: 'is not UTF-8' } };
    const reader = new RowReader(',');
    const rows = [...reader.take([...linesOf('"open'), bad, { line: 3, text: 'a' }]), ...reader.end()];
    expect(rows.map((row) => ('reason' in row ? row.reason : row.cells))).toEqual(['not-csv', 'not-utf8', ['a']]);
  });

  it('reads what csv-parse reads', () => {
    const cell = fc.stringMatching(/^[a-c",\n 1]{0,6}$/);
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(cellsOf(read(text))).toEqual(parse(text));
      }),
    );
  });
});
