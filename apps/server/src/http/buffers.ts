const LARGE = 512 * 1024;
export const SMALL: number = 32 * 1024;
const MOST_LARGE = 32;

/** Buffers that are used again. Large ones are few: many slow readers get small ones. */
export interface BufferPool {
  /** A large buffer, if there is one. */
  takeLarge(): Buffer | undefined;
  takeSmall(): Buffer;
  giveBack(buffer: Buffer): void;
  /** Forgets a buffer that something may still refer to. */
  leave(buffer: Buffer): void;
}

export function createBufferPool(mostLarge: number = MOST_LARGE): BufferPool {
  const large: Buffer[] = [];
  const small: Buffer[] = [];
  let made = 0;
  return {
    takeLarge() {
      const free = large.pop();
      if (free !== undefined || made >= mostLarge) return free;
      made++;
      return Buffer.allocUnsafeSlow(LARGE);
    },
    takeSmall: () => small.pop() ?? Buffer.allocUnsafeSlow(SMALL),
    giveBack(buffer) {
      if (buffer.byteLength === LARGE) large.push(buffer);
      else if (small.length < mostLarge) small.push(buffer);
    },
    leave(buffer) {
      if (buffer.byteLength === LARGE) made--;
    },
  };
}
