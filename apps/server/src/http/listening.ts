import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { ModelkeepError } from '@modelkeep/core/spi';

/** Begins to listen. Fails with `conflict` if the port is taken, else with `config-invalid`. */
export function listenAt(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ModelkeepError('conflict', `port ${port} of ${host} is taken: give another one`, {
              cause: error,
            })
          : new ModelkeepError(
              'config-invalid',
              `cannot listen at ${host}:${port}: ${error.message}`,
              { cause: error },
            ),
      );
    });
    http.listen(port, host, resolve);
  });
}

/** Where clients find a server that listens at `host`. */
export function urlOf(host: string, http: Server): string {
  const { port } = http.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Idle connections end at once, busy ones after their answer, all of them after the time of grace. */
export function stopListening(http: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => http.closeAllConnections(), graceMs);
    http.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    http.closeIdleConnections();
  });
}
