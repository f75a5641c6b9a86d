const NAME = 'modelkeep_session';
const MONTH_SECONDS = 30 * 86_400;

/** Where a session's cookie is valid. */
export interface CookiePlace {
  /** Scheme, host and port under which the client knows the server. */
  readonly origin: string;
  /** Path that clients put before all others. */
  readonly prefix: string;
  /** Whether the client came by TLS, by what a proxy says. */
  readonly isSecure: boolean;
}

/** The secret in a `Cookie` header. */
export function readSessionCookie(header: string | undefined, origin: string): string | undefined {
  if (header === undefined) return undefined;
  const start = `${cookieName(origin)}=`;
  const found = header.split(';').find((pair) => pair.trim().startsWith(start));
  return found?.trim().slice(start.length);
}

/** The `Set-Cookie` header that begins a session, or ends it where there is no secret. */
export function sessionCookie(secret: string | undefined, place: CookiePlace): string {
  return [
    `${cookieName(place.origin)}=${secret ?? ''}`,
    `Path=${place.prefix}/-/`,
    `Max-Age=${secret === undefined ? 0 : MONTH_SECONDS}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(place.isSecure || place.origin.startsWith('https:') ? ['Secure'] : []),
  ].join('; ');
}

/** Cookies are shared by all ports of a host: two servers there must not end each other's sessions. */
function cookieName(origin: string): string {
  const [, port = origin.startsWith('https:') ? '443' : '80'] = /:(\d+)$/.exec(origin) ?? [];
  return `${NAME}_${port}`;
}
