import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ConnectionCounts } from '../observing/counters.ts';

/** One listening address of the fake Hub. It keeps its port over a stop and a restart. */
export class Origin {
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #max = 0;
  #total = 0;

  constructor(host: string, port: number, listener: RequestListener) {
    this.#host = host;
    this.#port = port;
    // Idle connections stay longer than any test, so that no client meets one just closing.
    const times = { keepAliveTimeout: 600_000, requestTimeout: 0, headersTimeout: 0 };
    this.#server = createServer({ ...times, noDelay: true }, listener);
    this.#server.on('connection', (socket) => this.#track(socket));
  }

  get url(): string {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `http://${host}:${this.#port}`;
  }

  get connections(): ConnectionCounts {
    return { open: this.#sockets.size, max: this.#max, total: this.#total };
  }

  resetCounts(): void {
    this.#max = this.#sockets.size;
    this.#total = 0;
  }

  /** Listens; does nothing if it does already. */
  async start(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection off and refuses new ones. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    this.#total += 1;
    this.#max = Math.max(this.#max, this.#sockets.size);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }
}
