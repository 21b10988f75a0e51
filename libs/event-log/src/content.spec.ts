import { PERSONAL, type PersonalPart } from '@perennial/membership';
import { sameContent } from './content.js';

const fact = (data: unknown) => ({
  customerId: 'c-1',
  type: 'ProfileUpdated',
  occurredAt: 5,
  json: JSON.stringify(data),
});
const sealed = (part: PersonalPart, more: object = {}) => fact({ ...more, [PERSONAL]: part });

describe('the content of facts', () => {
  it('is the same whatever the order of keys', () => {
    expect(sameContent(fact({ a: 1, b: [1, 2] }), fact({ b: [1, 2], a: 1 }))).toBe(true);
    expect(sameContent(fact({ a: 1 }), fact({ a: 1, b: undefined }))).toBe(true);
    expect(sameContent(fact({ b: [1, 2] }), fact({ b: [2, 1] }))).toBe(false);
    expect(sameContent(fact({ a: 1 }), { ...fact({ a: 1 }), occurredAt: 6 })).toBe(false);
  });

  it('is compared, where it is sealed, by what stands for it', () => {
    const stored = sealed({ sealed: 'abc', mac: 'm-1' }, { channel: 'app' });
    expect(sameContent(stored, sealed({ sealed: 'other bytes', mac: 'm-1' }, { channel: 'app' }))).toBe(true);
    expect(sameContent(stored, sealed({ sealed: 'abc', mac: 'm-2' }, { channel: 'app' }))).toBe(false);
    expect(sameContent(stored, sealed({ sealed: 'abc', mac: 'm-1' }, { channel: 'web' }))).toBe(false);
    expect(sameContent(stored, fact({ channel: 'app' }))).toBe(false);
  });

  it('is what is left of it, after an erasure', () => {
    const birthday = '--06-15';
    const stored = sealed({ sealed: 'abc', mac: 'm-1', birthday }, { channel: 'app' });
    expect(sameContent(stored, sealed({ erased: true, birthday }, { channel: 'app' }))).toBe(true);
    expect(sameContent(sealed({ erased: true, birthday }), sealed({ erased: true, birthday }))).toBe(true);
    expect(sameContent(stored, sealed({ erased: true, birthday: '--06-16' }, { channel: 'app' }))).toBe(false);
    expect(sameContent(stored, sealed({ erased: true, birthday }, { channel: 'web' }))).toBe(false);
    expect(sameContent(fact({ rating: 5 }), sealed({ erased: true }, { rating: 5 }))).toBe(true);
  });
});
