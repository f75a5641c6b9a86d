import { createHash } from 'node:crypto';

/** All bytes of a body in one array. */
export async function collectBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return joinBytes(chunks);
}

export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

/** `content` as a body of chunks of `chunkSize` bytes. */
export async function* bodyOf(
  content: Uint8Array,
  chunkSize: number = 64 * 1024,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < content.length; start += chunkSize) {
    yield content.subarray(start, start + chunkSize);
  }
}

/** sha256 as 64 lower-case hex digits. */
export function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Git blob id as 40 lower-case hex digits. */
export function gitOidOf(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
