import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Loopback {
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** Every request so far, in order. */
  readonly requests: readonly IncomingMessage[];
  /** Sockets now open. */
  readonly sockets: ReadonlySet<Socket>;
}

export interface LoopbackOptions {
  readonly address?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Host name to give in `origin` instead of the address. */
  readonly name?: string;
}

/** An HTTP server on this machine that ends with the test. */
export async function loopback(
  answer: RequestListener,
  options: LoopbackOptions = {},
): Promise<Loopback> {
  const requests: IncomingMessage[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    answer(request, response);
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  const { address = '127.0.0.1' } = options;
  const sockets = await started(server, address);
  const { port } = server.address() as AddressInfo;
  const host = `${options.name ?? address}:${port}`;
  return { origin: `${options.tls ? 'https' : 'http'}://${host}`, host, port, requests, sockets };
}

export interface LoopbackProxy {
  readonly url: string;
  readonly host: string;
  /** `host:port` of each CONNECT, and the address of each forwarded request. */
  readonly asked: readonly string[];
  readonly credentials: readonly (string | undefined)[];
}

/** A proxy that tunnels every CONNECT to `target`, or answers it with `status`. */
export async function loopbackProxy(target: number, status = 200): Promise<LoopbackProxy> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    credentials.push(request.headers['proxy-authorization']);
    response.end('by proxy');
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(String(request.url));
    credentials.push(request.headers['proxy-authorization']);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    const upstream = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await started(server, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, asked, credentials };
}

async function started(server: Server, address: string): Promise<ReadonlySet<Socket>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, address, resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return sockets;
}
