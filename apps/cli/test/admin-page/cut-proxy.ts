import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server of this machine that breaks when it is told to. */
export interface CutProxy {
  readonly url: string;
  /** Breaks every connection that there is; new ones work. */
  cut(): void;
  /** Bytes that clients sent. */
  sentBytes(): number;
  /** How often something was broken. */
  cuts(): number;
  stop(): Promise<void>;
}

export async function startCutProxy(port: string): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let cuts = 0;
  let sentBytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1');
    client.on('data', (chunk) => {
      sentBytes += chunk.length;
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      cuts += 1;
      cut();
    },
    sentBytes: () => sentBytes,
    cuts: () => cuts,
    async stop() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
