import { SharedLook } from './shared-look.js';

/** Looks that end when they are told to. */
function looks() {
  const begun: PromiseWithResolvers<number>[] = [];
  const shared = new SharedLook(() => {
    begun.push(Promise.withResolvers<number>());
    return begun.at(-1)!.promise;
  });
  return { begun, shared };
}

describe('SharedLook', () => {
  it('makes one more look for all who ask while one is under way', async () => {
    const { begun, shared } = looks();
    const first = shared.look();
    const others = [shared.look(), shared.look(), shared.look()];
    expect(begun).toHaveLength(1);
    begun[0].resolve(1);
    expect(await first).toBe(1);
    begun[1].resolve(2);
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
    expect(begun).toHaveLength(2);
  });

  it('looks again for those who waited when a look failed, and for whoever asks later', async () => {
    const { begun, shared } = looks();
    const first = shared.look();
    const other = shared.look();
    begun[0].reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    begun[1].resolve(2);
    expect(await other).toBe(2);
    const later = shared.look();
    begun[2].resolve(3);
    expect(await later).toBe(3);
  });
});
