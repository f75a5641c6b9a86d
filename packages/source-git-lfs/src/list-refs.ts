import type { GitContext, GitSubject } from './git-context.ts';
import { gitError } from './git-error.ts';
import { asWhoMayRead } from './identity.ts';
import { runGit } from './run-git.ts';

/** A ref of a remote: `HEAD`, `refs/heads/main`, `refs/tags/v1^{}`. */
export type RemoteRefs = ReadonlyMap<string, string>;

/** The refs of a model's repository, all or those that end in one of the names. */
export async function listRefs(
  context: GitContext,
  subject: GitSubject,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RemoteRefs> {
  const args = ['ls-remote', '--', context.address.remote(subject.modelId), ...names];
  try {
    const output = await asWhoMayRead(context, subject.modelId, (env) =>
      runGit({ program: context.settings.program, args, env, signal }),
    );
    const refs = new Map<string, string>();
    for (const line of output.split('\n')) {
      const [commit = '', name] = line.split('\t');
      if (name !== undefined && /^[0-9a-f]{40}$/.test(commit)) refs.set(name, commit);
    }
    return refs;
  } catch (error) {
    throw await gitError(context, subject, error, signal);
  }
}
