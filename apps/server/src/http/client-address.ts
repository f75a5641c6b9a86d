import type { IncomingMessage } from 'node:http';

const UNKNOWN = 'unknown';
/** The longest address, IPv6 with a zone, has fewer. */
const MOST_CHARACTERS = 64;

/** The other end of the connection, IPv4 written as IPv4. */
export function clientAddress(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? UNKNOWN;
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/**
 * What the failures of a client are counted by: behind a proxy all have one address, and the proxy tells them apart. Others may
 * make it up, so it is good for nothing else; tokens and codes are too long to be guessed by who tries for ever.
 */
export function clientKey(address: string, forwardedFor: string | undefined): string {
  const last = forwardedFor?.split(',').at(-1)?.trim().slice(0, MOST_CHARACTERS);
  return last === undefined ? address : `${address} for ${last}`;
}

/** Whether a client on this machine speaks for itself: a proxy here speaks for whoever asked it. */
export function isLocalClient(request: IncomingMessage, address: string): boolean {
  const { headers } = request;
  return (
    isLoopback(address) &&
    headers['x-forwarded-for'] === undefined &&
    headers['forwarded'] === undefined &&
    headers['x-real-ip'] === undefined
  );
}

/** Whether nobody beyond this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
