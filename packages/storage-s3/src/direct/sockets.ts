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

/** Connections to the hosts of a store, kept for the next request. */
export class Sockets {
  readonly #limits: SocketLimits;
  readonly #idle = new Map<string, BodySocket[]>();
  readonly #lent = new Set<BodySocket>();

  constructor(limits: SocketLimits) {
    this.#limits = limits;
  }

  /** A connection on which nothing is under way; `isKept`: it has carried a request before. */
  take(host: Host): { readonly socket: BodySocket; readonly isKept: boolean } {
    const kept = this.#idle.get(nameOf(host)) ?? [];
    let socket = kept.pop();
    while (socket?.isIdle === false) socket = kept.pop();
    const isKept = socket !== undefined;
    socket ??= this.#connect(host);
    this.#lent.add(socket);
    return { socket, isKept };
  }

  /** One that may be asked again is kept, any other closed. */
  giveBack(host: Host, socket: BodySocket): void {
    this.#lent.delete(socket);
    if (!socket.isIdle) {
      socket.destroy();
      return;
    }
    const kept = this.#idle.get(nameOf(host)) ?? [];
    this.#idle.set(nameOf(host), [...kept.filter(({ isIdle }) => isIdle), socket]);
    socket.idleFor(IDLE_MS);
  }

  destroy(): void {
    for (const socket of [...this.#lent, ...[...this.#idle.values()].flat()]) socket.destroy();
    this.#lent.clear();
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
