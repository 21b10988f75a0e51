import type { Fact } from './fact.js';
import { birthdayTold, divideData, mayBePersonal, PERSONAL, withheldData, withoutYear } from './personal-data.js';

function told(type: string, data: object): Fact {
  return { id: 'f-1', type, customerId: 'c-1', occurredAt: 0, data } as Fact;
}

describe('dividing the data of a fact', () => {
  it('takes the profile and whatever nobody has heard of out of a registration', () => {
    const data = { profile: { name: 'Ann' }, channel: 'app', consents: { email: true }, nickname: 'Annie' };
    expect(divideData(told('CustomerRegistered', data))).toEqual({
      personal: { profile: { name: 'Ann' }, nickname: 'Annie' },
      rest: { channel: 'app', consents: { email: true } },
    });
  });

  it('takes the words out of a review, and nothing that counts', () => {
    const counts = { reviewId: 'r-1', sku: 's', orderId: 'o', rating: 2, hasMedia: true, length: 12 };
    expect(divideData(told('ReviewSubmitted', { ...counts, text: 'Ann was here' }))).toEqual({
      personal: { text: 'Ann was here' },
      rest: counts,
    });
    expect(divideData(told('ReviewSubmitted', counts))).toEqual({ personal: null, rest: counts });
  });

  it('takes the note out of what staff did', () => {
    const data = { taskId: 't', by: 'bob', outcome: 'reached', note: 'Ann is in hospital' };
    expect(divideData(told('TaskCompleted', data)).personal).toEqual({ note: 'Ann is in hospital' });
  });

  it('leaves every other fact alone', () => {
    const data = { page: '/', text: 'not a review' };
    expect(mayBePersonal('VisitRecorded')).toBe(false);
    expect(mayBePersonal('toString')).toBe(false);
    expect(divideData(told('VisitRecorded', data))).toEqual({ personal: null, rest: data });
  });

  it('leaves out what stands for sealed fields, and what has no JSON', () => {
    const data = { profile: undefined, channel: 'app', [PERSONAL]: { sealed: 'x' } };
    expect(divideData(told('CustomerRegistered', data))).toEqual({ personal: null, rest: { channel: 'app' } });
  });

  it('keeps fields with odd names as they are', () => {
    const data = JSON.parse('{"__proto__": {"name": "Ann"}, "channel": "app"}') as object;
    const { personal } = divideData(told('CustomerRegistered', data));
    expect(JSON.stringify(personal)).toBe('{"__proto__":{"name":"Ann"}}');
  });
});

describe('the birthday that a fact tells', () => {
  it.each([
    ['1990-06-15', { profile: { birthday: '1990-06-15' } }],
    ['--06-15', { [PERSONAL]: { sealed: 'x', mac: 'y', birthday: '--06-15' } }],
    [null, { profile: { birthday: null } }],
    [null, { [PERSONAL]: { erased: true, birthday: null } }],
    [undefined, { profile: {} }],
    [undefined, { [PERSONAL]: { sealed: 'x', mac: 'y' } }],
    [undefined, {}],
  ])('is %j of %j', (birthday, data) => {
    expect(birthdayTold(told('CustomerRegistered', data))).toBe(birthday);
    expect(birthdayTold(told('ProfileUpdated', data))).toBe(birthday);
  });

  it.each([null, 'x', { birthday: '1990-06-15' }])('is none of a review that says profile: %j', (profile) => {
    expect(birthdayTold(told('ReviewSubmitted', { profile }))).toBeUndefined();
  });

  it('has no year where it is kept', () => {
    expect(withoutYear('1990-06-15')).toBe('--06-15');
    expect(withoutYear('--02-29')).toBe('--02-29');
  });
});

describe('data without what is personal', () => {
  it.each([
    ['CustomerRegistered', { profile: { name: 'Ann', birthday: '1990-06-15' }, channel: 'app' }, '--06-15'],
    ['CustomerRegistered', { [PERSONAL]: { sealed: 'x', birthday: '--06-15' }, channel: 'app' }, '--06-15'],
    ['CustomerRegistered', { profile: { name: 'Ann', birthday: null }, channel: 'app' }, null],
  ])('of a %s %j keeps the day of the birthday', (type, data, birthday) => {
    expect(withheldData(told(type, data))).toEqual({ profile: { birthday }, channel: 'app' });
  });

  it('is still a fact that can be sent', () => {
    expect(withheldData(told('ProfileUpdated', { [PERSONAL]: { sealed: 'x' } }))).toEqual({ profile: {} });
    expect(withheldData(told('CustomerRegistered', { [PERSONAL]: { sealed: 'x' } }))).toEqual({});
    const review = { reviewId: 'r', rating: 5, [PERSONAL]: { erased: true } };
    expect(withheldData(told('ReviewSubmitted', review))).toEqual({ reviewId: 'r', rating: 5 });
  });
});
