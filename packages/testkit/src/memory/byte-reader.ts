/** Reads exact numbers of bytes from a body. */
export interface ByteReader {
  /** The next `count` bytes, or fewer at the end. */
  take(count: number): Promise<Uint8Array>;
  /** The next bytes as they come, at most `count`; empty at the end. */
  some(count: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function byteReader(body: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = body[Symbol.asyncIterator]();
  let buffered: Uint8Array = new Uint8Array();

  async function some(count: number): Promise<Uint8Array> {
    while (buffered.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return new Uint8Array();
      buffered = next.value;
    }
    const taken = buffered.subarray(0, count);
    buffered = buffered.subarray(taken.length);
    return taken;
  }

  return {
    some,
    async take(count) {
      const bytes = new Uint8Array(count);
      let filled = 0;
      while (filled < count) {
        const part = await some(count - filled);
        if (part.length === 0) break;
        bytes.set(part, filled);
        filled += part.length;
      }
      return bytes.subarray(0, filled);
    },
    async close() {
      await iterator.return?.();
    },
  };
}
