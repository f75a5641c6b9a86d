import { hostname } from 'node:os';

/** Names this process, in its leases, among all that ever share a store. */
export function newOwner(): string {
  return `${hostname()}/${process.pid}/${crypto.randomUUID()}`;
}

/** Whether two processes are of one machine, or of one container that was started again. */
export function isSameMachine(owner: string, other: string): boolean {
  return owner.split('/', 1)[0] === other.split('/', 1)[0];
}
