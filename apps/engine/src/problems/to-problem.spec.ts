import { LogUnavailableError } from '@perennial/event-log';
import { StaleCheckpointError } from '@perennial/read-store';
import { Problem } from './problem.js';
import { toProblem } from './to-problem.js';

describe('the answer to an error', () => {
  it.each([
    new LogUnavailableError('The server is away'),
    // Its generation of the read store was dropped while it was read.
    new StaleCheckpointError('The generation is gone'),
  ])('asks to try again for what passes: %p', (error) => {
    const problem = toProblem(error);
    expect(problem).toMatchObject({ type: 'unavailable', status: 503, headers: { 'retry-after': '1' }, cause: error });
    expect(problem.message).toMatch(/again$/);
  });

  it('is the problem that was thrown', () => {
    const problem = new Problem('not-found', 'There is no such member');
    expect(toProblem(problem)).toBe(problem);
  });

  it('says nothing of what nobody foresaw but that it is the engine', () => {
    const error = new Error('select * from customers where password is wrong');
    const problem = toProblem(error);
    expect(problem).toMatchObject({ type: 'internal', status: 500, cause: error });
    expect(JSON.stringify(problem)).not.toContain('password');
  });
});
