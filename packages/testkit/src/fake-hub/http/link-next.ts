import type { HubRequest } from './hub-request.ts';

/** A `Link` header to the next page: the same request with other paging parameters, absolute. */
export function linkNext(
  request: HubRequest,
  changes: Readonly<Record<string, string>>,
): Record<string, string> {
  const query = new URLSearchParams(request.query);
  for (const [name, value] of Object.entries(changes)) query.set(name, value);
  return { Link: `<${request.base}${request.path}?${query.toString()}>; rel="next"` };
}
