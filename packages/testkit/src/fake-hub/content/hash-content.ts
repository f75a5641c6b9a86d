import { createHash } from 'node:crypto';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { FileContent } from './file-content.ts';

const PIECE = 1024 * 1024;

/** Hex digest of `prefix` and the whole content, by streaming. */
export async function hashContent(
  content: FileContent,
  algorithm: 'sha1' | 'sha256',
  prefix = '',
): Promise<string> {
  const hash = createHash(algorithm).update(prefix);
  let pieces = 0;
  for await (const chunk of content.chunks(0, content.size, PIECE)) {
    hash.update(chunk);
    pieces += 1;
    if (pieces % 16 === 0) await yieldToOthers();
  }
  return hash.digest('hex');
}
