import type { IncomingMessage } from 'node:http';

/** A request as a browser describes it. */
type Described = Pick<IncomingMessage, 'headers' | 'method'>;

/**
 * Whether a web page of another site makes the request: by what the browser says of itself. Such a page must not act with
 * the rights of the person who looks at it. A link that is followed to here is no such act.
 */
export function isForeignPage({ headers, method }: Described, ownOrigin: string): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign =
    site === undefined
      ? origin !== undefined && origin !== ownOrigin
      : site === 'cross-site' || site === 'same-site';
  const isLink =
    method === 'GET' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document';
  return isForeign && !isLink;
}

/** Whether the page's site is one of those that may read models. */
export function mayRead({ headers }: Described, corsOrigins: readonly string[]): boolean {
  const { origin } = headers;
  return corsOrigins.includes('*') || (origin !== undefined && corsOrigins.includes(origin));
}
