import { bigintArray, textArray } from './arrays.js';
import { openPostgres } from './database.js';
import { createDatabase } from '../../../test/postgres/database.js';

describe('columns as parameters', () => {
  it('come to the server as they are', async () => {
    const database = await createDatabase();
    const db = openPostgres({ url: database.url });
    try {
      const texts = ['', null, '"{\\,}"', 'NULL', 'Zürich 東京 🌱', 'x'.repeat(70_000)];
      const numbers = [0, -1, null, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 32];
      const rows = await db.query(
        `SELECT t, n, n::text AS digits FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS r (t, n, i) ORDER BY i`,
        [textArray(texts), bigintArray(numbers)],
      );
      const digits = numbers.map((n) => (n === null ? null : String(n)));
      expect(rows).toEqual(texts.map((t, i) => ({ t, n: numbers[i], digits: digits[i] })));
      const none = 'SELECT cardinality($1::text[]) + cardinality($2::bigint[]) AS n';
      expect(await db.query(none, [textArray([]), bigintArray([])])).toEqual([{ n: 0 }]);
    } finally {
      await db.close();
      await database.drop();
    }
  });

  it('hold no numbers that are not exact', () => {
    for (const wrong of [0.5, NaN, 2 ** 53]) expect(() => bigintArray([wrong])).toThrow(RangeError);
  });
});
