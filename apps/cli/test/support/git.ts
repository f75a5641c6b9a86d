import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './programs.ts';

/** Runs git as somebody who has done `git lfs install`, in `home`, which is also its home. */
export type Git = (
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<string>;

export async function gitIn(home: string): Promise<Git> {
  const git: Git = (args, env = {}) =>
    runProgram('git', args, {
      cwd: home,
      env: {
        HOME: home,
        NO_PROXY: '*',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        ...env,
      },
    });
  await git(['lfs', 'install']);
  return git;
}

/** A program that answers git's questions: any name, and the password. Give it as `GIT_ASKPASS`. */
export async function askPass(folder: string, password: string): Promise<string> {
  const path = join(folder, 'askpass');
  await writeFile(
    path,
    `#!/bin/sh\ncase "$1" in Username*) echo ada ;; *) echo '${password}' ;; esac\n`,
  );
  await chmod(path, 0o700);
  return path;
}
