import { createGzip } from 'node:zlib';
import { bufferContent } from '../content/buffer-content.ts';
import type { ContentSlice, FileContent } from '../content/file-content.ts';
import type { ReplyBody } from '../http/reply.ts';

const PIECE = 256 * 1024;

/** A body as a part of a file; undefined for one whose length is not known. */
export function asSlice(body: ReplyBody | undefined): ContentSlice | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return { content: bufferContent(body), start: 0, end: body.length };
  return 'content' in body ? body : undefined;
}

/** The same content with all bits of one byte flipped. */
export function corrupted(content: FileContent, offset: number): FileContent {
  return {
    size: content.size,
    async *chunks(start, end, chunkBytes): AsyncGenerator<Buffer> {
      let at = start;
      for await (const chunk of content.chunks(start, end, chunkBytes)) {
        const here = offset - at;
        at += chunk.length;
        if (here < 0 || here >= chunk.length) {
          yield chunk;
        } else {
          const copy = Buffer.from(chunk);
          copy[here] = (chunk[here] ?? 0) ^ 0xff;
          yield copy;
        }
      }
    },
  };
}

/** The same content followed by more bytes. */
export function lengthened(content: FileContent, extraBytes: number): FileContent {
  return {
    size: content.size + extraBytes,
    async *chunks(start, end, chunkBytes): AsyncGenerator<Buffer> {
      const last = Math.min(end, content.size);
      if (start < last) yield* content.chunks(start, last, chunkBytes);
      for (let from = Math.max(start, content.size); from < end; from += chunkBytes) {
        yield Buffer.alloc(Math.min(chunkBytes, end - from), 'x');
      }
    },
  };
}

/** A part of a file, gzip-encoded as it flows. */
export async function* gzippedSlice({ content, start, end }: ContentSlice): AsyncGenerator<Buffer> {
  const gzip = createGzip({ level: 1 });
  const feed = async (): Promise<void> => {
    for await (const chunk of content.chunks(start, end, PIECE)) {
      await new Promise<void>((resolve) => {
        gzip.write(Buffer.from(chunk), () => resolve());
      });
    }
    gzip.end();
  };
  const feeding = feed().catch((error: Error) => gzip.destroy(error));
  try {
    for await (const part of gzip as AsyncIterable<Buffer>) yield part;
  } finally {
    gzip.destroy();
  }
  await feeding;
}
