import { transportFailure } from './transport-error.ts';

/** Most redirects of one request. */
export const MAX_HOPS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/** Where a redirect leads, or the reason why it must not be followed. */
export function redirectTarget(from: URL, location: string | undefined): URL {
  const refuse = (why: string): Error =>
    transportFailure(from.host, 'redirect', `${why}; nothing was sent there`, { retryable: false });
  if (location === undefined || location === '') throw refuse('a redirect without an address');
  let target: URL;
  try {
    // Header bytes arrive as latin1; an address outside ASCII is UTF-8.
    target = new URL(Buffer.from(location, 'latin1').toString('utf8'), from);
  } catch {
    throw refuse('a redirect to something that is no address');
  }
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw refuse(`a redirect to ${target.protocol} instead of http or https`);
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw refuse(`a redirect from https down to http (${target.host})`);
  }
  if (target.username !== '' || target.password !== '') {
    throw refuse(`a redirect with a user name in its address (${target.host})`);
  }
  target.hash = '';
  return target;
}

/** Whether `host` (with port, if not the default one) is on the list of names and `*.` patterns. */
export function isListedHost(url: URL, patterns: readonly string[]): boolean {
  const name = url.hostname.toLowerCase().replace(/\.$/, '');
  return patterns.some((pattern) => {
    const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
    if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) {
      return false;
    }
    return host.startsWith('*.')
      ? name.endsWith(host.slice(1)) && name.length > host.length - 1
      : name === host;
  });
}
