import { setImmediate as immediate } from 'node:timers/promises';
import { BodySocket } from './body-socket.ts';

const IDLE_MS = 15_000;

export interface SocketLimits {
  /** Until a connection stands, in ms. */
  readonly connectMs: number;
  /** Without a byte for so long, in ms, while one is waited for, a connection is given up. */
  readonly silentMs: number;
  /** Requests under way at once. */
  readonly maxConnections: number;
  /** Certificates to trust. Default: Node's own. */
  readonly ca?: readonly string[];
}

/** Where a request goes. */
export interface Host {
  readonly protocol: string;
  readonly hostname: string;
  /** Default: the protocol's own. */
  readonly port?: number;
}

/** A connection on which nothing is under way; `isKept`: it has carried a request before. */
export interface Taken {
  readonly socket: BodySocket;
  readonly isKept: boolean;
}

/** Connections to the hosts of a store, kept for the next request. */
export class Sockets {
  readonly #limits: SocketLimits;
  readonly #idle = new Map<string, BodySocket[]>();
  readonly #others = new Set<BodySocket>();
  #resting: Promise<void> | undefined;
  #isClosed = false;

  constructor(limits: SocketLimits) {
    this.#limits = limits;
  }

  async take(host: Host): Promise<Taken> {
    await this.#resting;
    if (this.#isClosed) throw new Error('the storage was closed');
    const kept = this.#idle.get(nameOf(host)) ?? [];
    let socket = kept.pop();
    while (socket?.isIdle === false) socket = kept.pop();
    const isKept = socket !== undefined;
    socket ??= this.#connect(host);
    this.#others.add(socket);
    return { socket, isKept };
  }

  /** One that may be asked again is kept, any other closed. */
  giveBack(host: Host, socket: BodySocket): void {
    if (!socket.isIdle || this.#isClosed) {
      this.#others.delete(socket);
      socket.destroy();
      return;
    }
    socket.idleFor(IDLE_MS);
    // By then it is known what lies behind the answer: a byte too many, or the end of the connection.
    this.#resting = immediate().then(() => {
      this.#others.delete(socket);
      if (this.#isClosed) socket.destroy();
      const kept = this.#idle.get(nameOf(host)) ?? [];
      this.#idle.set(
        nameOf(host),
        [...kept, socket].filter(({ isIdle }) => isIdle),
      );
    });
  }

  destroy(): void {
    this.#isClosed = true;
    for (const socket of [...this.#others, ...[...this.#idle.values()].flat()]) socket.destroy();
    this.#others.clear();
    this.#idle.clear();
  }

  #connect({ protocol, hostname, port }: Host): BodySocket {
    const { ca, connectMs, silentMs } = this.#limits;
    const isSecure = protocol === 'https:';
    return new BodySocket({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port ?? (isSecure ? 443 : 80),
      ...(isSecure ? { tls: ca === undefined ? {} : { ca } } : {}),
      connectMs,
      silentMs,
    });
  }
}

function nameOf({ protocol, hostname, port }: Host): string {
  return `${protocol}//${hostname}:${port}`;
}
