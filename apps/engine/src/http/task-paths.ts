const TASKS = '/v1/tasks/';

/**
 * A task's id holds a slash, `{orderId}/{step}`: in a path it may stand encoded, or as it is. Routes know the first only.
 * @param url of a request, as it came.
 * @returns the URL with the id as one segment; after POST the last segment is what to do.
 */
export function joinTaskId(method: string | undefined, url: string): string {
  if (!url.startsWith(TASKS)) return url;
  const end = url.indexOf('?');
  const segments = (end < 0 ? url : url.slice(0, end)).slice(TASKS.length).split('/');
  const action = method === 'POST' ? segments.pop() : undefined;
  const path = [segments.join('%2F'), ...(action === undefined ? [] : [action])].join('/');
  return TASKS + path + (end < 0 ? '' : url.slice(end));
}
