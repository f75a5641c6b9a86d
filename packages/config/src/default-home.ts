import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import type { Environment } from './types.ts';

/** The platform's data folder for `modelkeep`, as the environment and the platform define it. */
export function defaultHome(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  userHome: string = homedir(),
): string {
  if (platform === 'win32') {
    return win32.join(env['LOCALAPPDATA'] || win32.join(userHome, 'AppData', 'Local'), 'modelkeep');
  }
  const home = env['HOME'] || userHome;
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'modelkeep');
  const data = env['XDG_DATA_HOME'];
  // The XDG specification asks to ignore a relative path.
  const base = data && posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share');
  return posix.join(base, 'modelkeep');
}
