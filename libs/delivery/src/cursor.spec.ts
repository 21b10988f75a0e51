import type { ChangePlace } from '@perennial/read-store';
import fc from 'fast-check';
import { decodeFeedCursor, encodeFeedCursor, endOf, InvalidFeedCursorError, later } from './cursor.js';

const place: fc.Arbitrary<ChangePlace> = fc.record({
  position: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  customerId: fc.string({ unit: 'grapheme', minLength: 1 }),
  ordinal: fc.nat(),
});

describe('a cursor of the feed', () => {
  it('names its place, whatever the ids', () => {
    fc.assert(fc.property(place, (some) => expect(decodeFeedCursor(encodeFeedCursor(some))).toEqual(some)));
    expect(decodeFeedCursor(encodeFeedCursor(endOf(0)))).toEqual(endOf(0));
  });

  it('is read for ever in the form that subscribers keep', () => {
    // Given out once: never change this line, add one for a new form.
    expect(decodeFeedCursor('WzEsNDIsImMtMSIsM10')).toEqual({ position: 42, customerId: 'c-1', ordinal: 3 });
  });

  it('is refused when it is none', () => {
    const forged = [
      null,
      1,
      {},
      [],
      [1],
      [2, 1, 'c', 0],
      [1, '1', 'c', 0],
      [1, 0.5, 'c', 0],
      [1, 1, 2, 0],
      [1, 1, 'c', 0, 0],
    ];
    const encoded = forged.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
    for (const cursor of ['', 'x', '%', '🌱', ...encoded]) {
      expect(() => decodeFeedCursor(cursor)).toThrow(InvalidFeedCursorError);
    }
  });

  it('moves forward only', () => {
    const at = (position: number, customerId: string, ordinal: number): ChangePlace => ({
      position,
      customerId,
      ordinal,
    });
    expect(later(null, at(1, 'a', 0))).toEqual(at(1, 'a', 0));
    expect(later(at(2, 'a', 0), at(1, 'b', 9))).toEqual(at(2, 'a', 0));
    expect(later(at(1, '\u{1f331}', 0), at(1, 'ﬁ', 0))).toEqual(at(1, '\u{1f331}', 0));
    expect(later(at(1, 'a', 1), at(1, 'a', 2))).toEqual(at(1, 'a', 2));
    expect(later(at(7, 'a', 1), endOf(7))).toEqual(endOf(7));
    expect(later(at(8, 'a', 0), endOf(7))).toEqual(at(8, 'a', 0));
  });
});
