import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder, and those above it that are missing. One that is there already is left as it is. */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Node's own recursion says so of a volume that cannot be written to, or whose quota is used up, too.
    await makeEach(path, mode);
  }
}

async function makeEach(path: string, mode: number): Promise<void> {
  let failure = await makeOne(path, mode);
  if (failure?.code === 'ENOENT' && dirname(path) !== path) {
    await makeEach(dirname(path), mode);
    failure = await makeOne(path, mode);
  }
  if (failure !== undefined) throw failure;
}

/** What kept it from being made, unless it is there. */
async function makeOne(path: string, mode: number): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code !== 'EEXIST') return failure;
  }
  return undefined;
}
