import { ModelkeepError } from '@modelkeep/core/spi';
import { localEnvironment } from './git-environment.ts';
import { runGit } from './run-git.ts';

/** `fetch --stdin` and settings in the environment came with it. */
const OLDEST = [2, 31] as const;

/** Fails with `config-invalid` if git is absent or too old. */
export async function checkGit(program: string): Promise<void> {
  const said = await runGit({ program, args: ['version'], env: localEnvironment() });
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(said) ?? [];
  const isNew =
    Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  if (isNew) return;
  throw new ModelkeepError(
    'config-invalid',
    `a connection of type git needs git ${OLDEST.join('.')} or newer; ${program} is ${said.trim().slice(0, 80)}`,
  );
}
