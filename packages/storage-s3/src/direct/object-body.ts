import { Readable } from 'node:stream';
import type { TakeBuffer } from '@modelkeep/core/spi';
import type { Exchange } from './exchanges.ts';

const OWN_BYTES = 256 * 1024;

/** A body that is told into which memory it is to be read. It is a stream only because the SDK gives on nothing else. */
export class ObjectBody extends Readable {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    super({
      read: () => this.destroy(new Error('this body is read by chunks()')),
      destroy: (error, callback) => {
        exchange.end();
        callback(error);
      },
    });
    this.#exchange = exchange;
  }

  /** Whether others wait for its connection. */
  get othersWait(): boolean {
    return this.#exchange.othersWait;
  }

  /** The bytes, in what `takeBuffer` gives. Default: in memory of their own. To be called once. */
  async *chunks(takeBuffer: TakeBuffer = ownMemory): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.#exchange.socket.body(takeBuffer);
    } finally {
      this.#exchange.end();
    }
  }
}

function ownMemory(bytes: number): Uint8Array {
  return Buffer.allocUnsafeSlow(Math.min(bytes, OWN_BYTES));
}
