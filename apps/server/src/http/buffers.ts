const KIB = 1024;
export const SMALL: number = 32 * KIB;

/** Buffers of one size. */
interface Size {
  readonly bytes: number;
  /** So many there are at once; of the smallest so many are kept. */
  readonly most: number;
}

/** 22 MiB, from small to large: one reader gets megabytes, fifty get a fair share, and any number the small ones. */
const SIZES: readonly Size[] = [
  { bytes: SMALL, most: 64 },
  { bytes: 128 * KIB, most: 48 },
  { bytes: 512 * KIB, most: 12 },
  { bytes: 2048 * KIB, most: 4 },
];

/** Buffers that are used again, of several sizes. */
export interface BufferPool {
  /** The smallest that holds `bytes`, or the largest below it that there is at the moment. */
  take(bytes: number): Buffer;
  giveBack(buffer: Buffer): void;
  /** Forgets a buffer that something may still refer to. */
  leave(buffer: Buffer): void;
}

export function createBufferPool(sizes: readonly Size[] = SIZES): BufferPool {
  const shelves = sizes.map(({ bytes, most }) => ({ bytes, most, made: 0, free: [] as Buffer[] }));
  const shelfOf = (buffer: Buffer): (typeof shelves)[number] | undefined =>
    shelves.find(({ bytes }) => bytes === buffer.byteLength);
  return {
    take(wanted) {
      const fitting = shelves.findIndex(({ bytes }) => bytes >= wanted);
      const largest = fitting < 0 ? shelves.length - 1 : fitting;
      for (let at = largest; at > 0; at--) {
        const shelf = shelves[at];
        const free = shelf?.free.pop();
        if (free !== undefined) return free;
        if (shelf === undefined || shelf.made >= shelf.most) continue;
        shelf.made++;
        return Buffer.allocUnsafeSlow(shelf.bytes);
      }
      return shelves[0]?.free.pop() ?? Buffer.allocUnsafeSlow(sizes[0]?.bytes ?? SMALL);
    },
    giveBack(buffer) {
      const shelf = shelfOf(buffer);
      if (shelf !== undefined && shelf.free.length < shelf.most) shelf.free.push(buffer);
    },
    leave(buffer) {
      const shelf = shelfOf(buffer);
      if (shelf !== undefined) shelf.made--;
    },
  };
}
