import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process, in its leases, among all that ever share a store. */
export function newOwner(): string {
  return `${machine()}/${process.pid}/${crypto.randomUUID()}`;
}

/**
 * Whether two processes share one boot of one machine, its network and its name: so that an address means the same to both.
 * Where /proc does not tell, the name has to do.
 */
export function isSameMachine(owner: string, other: string): boolean {
  return owner.split('/', 1)[0] === other.split('/', 1)[0];
}

/** Names alone are given twice: to machines that were cloned, to containers. */
function machine(): string {
  const boot = told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const network = told(() => readlinkSync('/proc/self/ns/net').replace(/\D/g, ''));
  return [hostname(), boot, network].filter((part) => part !== undefined).join('.');
}

function told(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
