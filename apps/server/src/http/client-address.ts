import type { IncomingMessage } from 'node:http';

const UNKNOWN = 'unknown';

/** The other end of the connection, IPv4 written as IPv4. */
export function clientAddress(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? UNKNOWN;
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
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
