import type { HttpRequest } from './http-client.ts';

export interface RequestHeaders {
  /** The connection's own origin. */
  readonly own: string;
  /** The origin that the caller asked. */
  readonly first: string;
  readonly token: string | undefined;
  /** Headers of the connection. */
  readonly connection: Readonly<Record<string, string>>;
  readonly asked: HttpRequest;
}

const HARMLESS = new Set(['accept', 'if-match', 'if-range']);
// The transport sets these itself; the proxy's credentials belong to the proxy alone.
const RESERVED = new Set(['accept-encoding', 'range', 'host', 'connection', 'proxy-authorization']);

/**
 * What one hop is sent. The token and the connection's headers go to its own origin only, and only while no hop has
 * left it; the caller's headers go to the origin that it asked.
 */
export function requestHeaders(
  sent: RequestHeaders,
  url: URL,
  atHome: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const trusted = atHome && url.origin === sent.own;
  if (trusted) assign(headers, sent.connection, () => true);
  assign(headers, sent.asked.headers ?? {}, (name) => atHome || HARMLESS.has(name));
  headers['user-agent'] ??= 'modelkeep';
  headers['accept-encoding'] = 'identity';
  if (trusted && sent.token !== undefined) headers['authorization'] = `Bearer ${sent.token}`;
  const { range } = sent.asked;
  if (range !== undefined) {
    headers['range'] = `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`;
  }
  return headers;
}

function assign(
  headers: Record<string, string>,
  more: Readonly<Record<string, string>>,
  goes: (name: string) => boolean,
): void {
  for (const [key, value] of Object.entries(more)) {
    const name = key.toLowerCase();
    if (!RESERVED.has(name) && goes(name)) headers[name] = value;
  }
}
