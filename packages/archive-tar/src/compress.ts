import { release } from '@modelkeep/archive-common';
import { type Compression, createEncoder, pump } from './codecs.ts';

/** Where a gzip header names the operating system; "unknown" lets all give the same bytes. */
const GZIP_SYSTEM_AT = 9;
const GZIP_SYSTEM_UNKNOWN = 255;

/** Compresses; the same bytes give the same bytes. */
export async function* compress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  const encoder = createEncoder(compression);
  const chunks = bytes[Symbol.asyncIterator]();
  const pumping = pump(async () => {
    const next = await chunks.next();
    return next.done === true ? undefined : next.value;
  }, encoder);
  try {
    let at = 0;
    for await (const chunk of encoder as AsyncIterable<Uint8Array>) {
      const system = GZIP_SYSTEM_AT - at;
      if (compression === 'gzip' && system >= 0 && system < chunk.length) {
        chunk[system] = GZIP_SYSTEM_UNKNOWN;
      }
      at += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw (await pumping)?.error ?? error;
  } finally {
    encoder.destroy();
    release(chunks);
  }
}
