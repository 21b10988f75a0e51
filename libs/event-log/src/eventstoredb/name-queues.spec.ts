import { NameQueues } from './name-queues.js';

describe('queues for ids and keys', () => {
  it('let go first who asked first, for an id or a key', async () => {
    const queues = new NameQueues();
    const first = queues.enter([{ id: 'a', key: 'order:1' }]);
    const sameKey = queues.enter([{ id: 'b', key: 'order:1' }]);
    const sameId = queues.enter([{ id: 'a' }]);
    const other = queues.enter([{ id: 'c', key: 'order:2' }]);
    expect([first, sameKey, sameId, other].map((ticket) => queues.before(ticket))).toEqual([null, first, first, null]);
    const order: string[] = [];
    const turns = [
      queues.turn(sameId).then(() => order.push('same id')),
      queues.turn(sameKey).then(() => order.push('same key')),
    ];
    queues.leave(first);
    await Promise.all(turns);
    expect(order).toHaveLength(2);
  });

  it('do not keep waiting for each other who have names in common crosswise', async () => {
    const queues = new NameQueues();
    const both = queues.enter([
      { id: 'a', key: 'k' },
      { id: 'b', key: 'l' },
    ]);
    const crosswise = queues.enter([
      { id: 'c', key: 'l' },
      { id: 'd', key: 'k' },
    ]);
    const last = queues.enter([{ id: 'a', key: 'l' }]);
    await queues.turn(both);
    queues.leave(both);
    await queues.turn(crosswise);
    expect(queues.before(last)).toBe(crosswise);
    queues.leave(crosswise);
    await queues.turn(last);
    queues.leave(last);
    expect(queues.before(queues.enter([{ id: 'a', key: 'k' }]))).toBeNull();
  });
});
