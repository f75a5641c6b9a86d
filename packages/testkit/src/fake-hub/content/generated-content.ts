import { createCipheriv, createHash } from 'node:crypto';
import type { FileContent } from './file-content.ts';

/** Odd, so that pieces at equal power-of-two offsets differ and a misplaced range is seen. */
const PERIOD = 4 * 1024 * 1024 - 3;
const LONGEST_PIECE = 1024 * 1024;

let pattern: Buffer | undefined;

function sharedPattern(): Buffer {
  if (pattern === undefined) {
    const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
    const noise = cipher.update(Buffer.alloc(PERIOD));
    pattern = Buffer.concat([noise, noise.subarray(0, LONGEST_PIECE)]);
  }
  return pattern;
}

/**
 * Content of any size that costs no memory: a noise pattern that repeats with an odd period, entered at a place
 * chosen by `seed`. Equal arguments give equal bytes.
 */
export function generatedContent(size: number, seed: number | string): FileContent {
  const phase = createHash('sha256').update(String(seed)).digest().readUInt32BE() % PERIOD;
  return {
    size,
    async *chunks(start, end, chunkBytes): AsyncGenerator<Buffer> {
      const noise = sharedPattern();
      const piece = Math.min(chunkBytes, LONGEST_PIECE);
      for (let from = start; from < end; from += piece) {
        const at = (phase + from) % PERIOD;
        yield noise.subarray(at, at + Math.min(piece, end - from));
      }
    },
  };
}
