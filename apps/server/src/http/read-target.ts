const LONGEST = 8192;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not pass
const FORBIDDEN = /[\u0000-\u0020\u007f]/;

/** The target of a request as everything behind it sees it, or the status and reason of a refusal. */
export type Target =
  | { readonly path: string; readonly query: string }
  | { readonly status: number; readonly message: string };

/**
 * Splits a raw request target into path and query, neither of them decoded: what guards a route and what answers it must
 * see the same path.
 */
export function readTarget(raw: string): Target {
  if (raw.length > LONGEST) return { status: 414, message: 'The address is too long.' };
  if (!raw.startsWith('/')) return { status: 400, message: 'The address must begin with a slash.' };
  if (FORBIDDEN.test(raw)) return { status: 400, message: 'The address has control characters.' };
  const mark = raw.indexOf('?');
  return mark < 0
    ? { path: raw, query: '' }
    : { path: raw.slice(0, mark), query: raw.slice(mark + 1) };
}
