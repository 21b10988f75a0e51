import { eventIdOf } from './event-id.js';

describe('event ids', () => {
  it('are the same for the same fact, for ever', () => {
    // A change of these would write older facts again when they are sent again.
    expect(eventIdOf('m-1')).toBe('166f8621-79cd-53b9-aaca-f1cfc1385806');
    expect(eventIdOf('订单-1')).toBe('c5bf0cc4-af04-578d-9995-a06a14c40c46');
  });

  it('are UUIDs of version 5, another one for every fact', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => eventIdOf(`m-${index}`));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
