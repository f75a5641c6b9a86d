import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { narrowest, type Reach, reachOf } from './address-rules.ts';

/** The reach of a host that is an address, or a name that always means this machine; undefined for other names. */
export function literalReach(hostname: string): Reach | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return reachOf(bare);
  return /(^|\.)localhost\.?$/i.test(hostname) ? 'loopback' : undefined;
}

/** The reach of a host, its name looked up. */
export async function reachOfHost(hostname: string): Promise<Reach> {
  const literal = literalReach(hostname);
  if (literal !== undefined) return literal;
  try {
    const addresses = await lookup(hostname, { all: true });
    return narrowest(addresses.map(({ address }) => address));
  } catch {
    // Behind a proxy the name may not resolve here: then only public targets are fine.
    return 'public';
  }
}
