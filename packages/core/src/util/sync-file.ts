import { open } from 'node:fs/promises';

/** Puts what was written to a file on the disk, so that a power cut after a rename leaves no file that is cut short. */
export async function syncFile(path: string): Promise<void> {
  // Windows syncs only what may be written to.
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
