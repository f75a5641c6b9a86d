import { open } from 'node:fs/promises';
import type { PartialFile } from './partial-file.ts';
import type { ByteRange } from './range-map.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * Copies those bytes of `ranges` of the file at `path` that `into` lacks; its readers have them as they come. What cannot be
 * read stays absent.
 */
export async function takeRanges(
  path: string,
  ranges: readonly ByteRange[],
  into: PartialFile,
  signal: AbortSignal | undefined,
): Promise<void> {
  const from = await open(path, 'r').catch(() => undefined);
  if (from === undefined) return;
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (const range of ranges) {
      const to = Math.min(range.end, into.size);
      let gap = into.ranges.firstGap(range.start, to);
      while (gap !== undefined) {
        signal?.throwIfAborted();
        const { start } = gap;
        const length = Math.min(gap.end - start, PIECE_BYTES);
        const { bytesRead } = await from.read(piece, 0, length, start);
        if (bytesRead === 0) break;
        await into.handle.write(piece, 0, bytesRead, start);
        into.note(start, start + bytesRead);
        gap = into.ranges.firstGap(start + bytesRead, to);
      }
    }
  } finally {
    await from.close();
  }
}
