import { isIP } from 'node:net';

/** Tells whether a Host header names this server. */
export type HostCheck = (host: string) => boolean;

const REMEMBERED = 100;

/**
 * Accepts `localhost`, addresses, and `allowed` names. A page of another site that has its own name lead to this machine
 * (DNS rebinding) always comes with that name. `*` accepts all.
 */
export function createHostCheck(allowed: readonly string[]): HostCheck {
  if (allowed.includes('*')) return () => true;
  const names = new Set(['localhost', ...allowed.map((name) => name.toLowerCase())]);
  const known = new Map<string, boolean>();
  return (host) => {
    const before = known.get(host);
    if (before !== undefined) return before;
    const name = nameOf(host);
    const accepted = name !== undefined && (names.has(name) || isIP(name) !== 0);
    if (known.size >= REMEMBERED) known.clear();
    known.set(host, accepted);
    return accepted;
  };
}

/** The name or address without the port; undefined for what is neither. */
function nameOf(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:@/\\[\]]+))(?::\d{1,5})?$/i.exec(host);
  const name = match?.[1] ?? match?.[2];
  return name?.toLowerCase().replace(/\.$/, '');
}
