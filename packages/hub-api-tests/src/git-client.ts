import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** git as somebody uses it who has done `git lfs install`, with a home of its own. */
export interface GitClient {
  readonly home: string;
  /** Runs git and gives stdout and stderr, both without the line end behind. Fails with both. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Contents by path of a clone's working tree. */
  files(clone: string): Promise<Record<string, string>>;
}

export async function gitClient(home: string): Promise<GitClient> {
  const run: GitClient['run'] = async (args, env = {}) => {
    const { stdout, stderr } = await promisify(execFile)('git', args, {
      cwd: home,
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        NO_PROXY: '*',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        ...env,
      },
    });
    return `${stdout}${stderr}`.trim();
  };
  await run(['lfs', 'install']);
  return {
    home,
    run,
    async files(clone) {
      const folder = join(home, clone);
      const found: [string, string][] = [];
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
        if (entry.isFile() && !path.startsWith('.git/')) {
          found.push([path, (await readFile(join(folder, path))).toString('latin1')]);
        }
      }
      return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}
