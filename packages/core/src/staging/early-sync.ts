import type { FileHandle } from 'node:fs/promises';

const STEP_BYTES = 128 * 1024 * 1024;

/**
 * Lets the disk begin while more is still being written: the sync that makes the file durable then has little left to
 * wait for. Promises nothing itself. Call the result with the number of bytes written so far.
 */
export function earlySync(handle: FileHandle): (writtenBytes: number) => void {
  let begunAt = 0;
  let busy = false;
  return (writtenBytes) => {
    if (busy || writtenBytes - begunAt < STEP_BYTES) return;
    begunAt = writtenBytes;
    busy = true;
    handle
      .datasync()
      // The last sync meets the same trouble, where it counts.
      .catch(() => {})
      .finally(() => {
        busy = false;
      });
  };
}
