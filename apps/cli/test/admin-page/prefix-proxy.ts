import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy that shows a server of this machine below a path of its own. */
export interface PrefixProxy extends AsyncDisposable {
  /** Where clients find the server. */
  readonly url: string;
  /** Requests for anything that is not below the path. */
  readonly strays: readonly string[];
  /** From now on requests go to this port. */
  aim(port: string): void;
}

/** `keeps`: whether the server sees the path as clients ask for it; else without what it begins with. */
export async function startPrefixProxy(prefix: string, keeps: boolean): Promise<PrefixProxy> {
  const strays: string[] = [];
  let port = '';
  const server = createServer((incoming, outgoing) => {
    const { url: path = '', method, headers } = incoming;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) {
      strays.push(path);
      outgoing.writeHead(404).end();
      return;
    }
    const target = keeps ? path : path.slice(prefix.length);
    const forwarded = request(
      { port, path: target, method, headers, host: '127.0.0.1' },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    strays,
    aim(to) {
      port = to;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
