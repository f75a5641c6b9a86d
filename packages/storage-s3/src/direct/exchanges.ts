import { Budget } from '../budget.ts';
import type { BodySocket } from './body-socket.ts';
import { type Host, type SocketLimits, Sockets, type Taken } from './sockets.ts';

/** One request and its answer. */
export interface Exchange {
  readonly socket: BodySocket;
  /** Whether it failed because the connection, which was kept, was closed before the request came there. */
  readonly wasClosedBefore: boolean;
  /** Whether others wait until one ends. */
  readonly othersWait: boolean;
  /** Frees what it holds; in the middle of a body that ends the connection. */
  end(): void;
}

/** Requests under way at once: so many, and who comes later waits. */
export class Exchanges {
  readonly #sockets: Sockets;
  readonly #slots: Budget;

  constructor(limits: SocketLimits) {
    this.#sockets = new Sockets(limits);
    this.#slots = new Budget(limits.maxConnections);
  }

  /** An abort ends it at any time. */
  async begin(host: Host, signal: AbortSignal | undefined): Promise<Exchange> {
    const slots = this.#slots;
    const free = await slots.take(1, signal);
    let taken: Taken;
    try {
      taken = await this.#sockets.take(host);
    } catch (error) {
      free();
      throw error;
    }
    const { socket, isKept } = taken;
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      signal?.removeEventListener('abort', end);
      this.#sockets.giveBack(host, socket);
      free();
    };
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) {
      // While it was waited for, an abort found nothing to end.
      end();
      throw signal.reason;
    }
    return {
      socket,
      get wasClosedBefore() {
        return isKept && socket.wasClosedUnanswered;
      },
      get othersWait() {
        return slots.isShort;
      },
      end,
    };
  }

  destroy(): void {
    this.#sockets.destroy();
  }
}
