import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder of the built admin page, where its package is installed. */
export function adminFolder(): string | undefined {
  try {
    const { resolve } = createRequire(import.meta.url);
    return join(dirname(resolve('@modelkeep/admin/package.json')), 'dist');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}
