import { joinTaskId } from './task-paths.js';

describe('the id of a task in a path', () => {
  it.each([
    ['GET', '/v1/tasks/o-1%2Fday-30', '/v1/tasks/o-1%2Fday-30'],
    ['GET', '/v1/tasks/o-1/day-30', '/v1/tasks/o-1%2Fday-30'],
    ['GET', '/v1/tasks/2025/o-1/day-30?a=b/c', '/v1/tasks/2025%2Fo-1%2Fday-30?a=b/c'],
    ['POST', '/v1/tasks/o-1%2Fday-30/claim', '/v1/tasks/o-1%2Fday-30/claim'],
    ['POST', '/v1/tasks/o-1/day-30/claim', '/v1/tasks/o-1%2Fday-30/claim'],
    ['POST', '/v1/tasks/o-1/day-30/claim?x=1', '/v1/tasks/o-1%2Fday-30/claim?x=1'],
    ['GET', '/v1/tasks?customerId=a/b', '/v1/tasks?customerId=a/b'],
    ['GET', '/v1/members/a/timeline', '/v1/members/a/timeline'],
  ])('is one segment: %s %s', (method, url, joined) => {
    expect(joinTaskId(method, url)).toBe(joined);
  });
});
