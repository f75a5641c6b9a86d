import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from './types.ts';

/** An absolute path; `~/` is the user's home folder. */
export function absolutePath(path: string, folder: string, env: Environment): string {
  if (path === '~' || path.startsWith('~/')) {
    return join(env['HOME'] || homedir(), path.slice(1));
  }
  return resolve(folder, path);
}
