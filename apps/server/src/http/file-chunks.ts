import type { FileHandle } from 'node:fs/promises';
import type { TakeBuffer } from '@modelkeep/core';

/** More at once is no faster: while a part is read, the one before is sent. */
const READ_BYTES = 512 * 1024;

/** The bytes of an open file from `start` to `end`, read into what `takeBuffer` gives. Fails if the file is too short. */
export async function* fileChunks(
  file: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  takeBuffer: TakeBuffer,
): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end; ) {
    const left = Math.min(end - position, READ_BYTES);
    const buffer = takeBuffer(left);
    const wanted = Math.min(buffer.byteLength, left);
    const { bytesRead } = await file.read(buffer, 0, wanted, position);
    if (bytesRead === 0) throw new Error('the file is shorter than it was');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
