/** The token in an `Authorization` header: Bearer as clients of the Hub send it, or Basic as git does (the password). */
export function readCredentials(
  authorization: string | undefined,
): { readonly token: string } | 'none' | 'malformed' {
  if (authorization === undefined || authorization === '') return 'none';
  const space = authorization.indexOf(' ');
  if (space < 0) return 'malformed';
  const scheme = authorization.slice(0, space).toLowerCase();
  const rest = authorization.slice(space + 1).trim();
  if (rest === '') return 'malformed';
  if (scheme === 'bearer') return { token: rest };
  if (scheme !== 'basic') return 'malformed';
  const pair = Buffer.from(rest, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return 'malformed';
  const password = pair.slice(colon + 1);
  return password === '' ? 'none' : { token: password };
}
