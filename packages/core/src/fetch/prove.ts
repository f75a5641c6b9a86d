import type { ContentHashes } from '../hashing/content-hashes.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { FetchTarget } from './fetch-target.ts';

/** The one place where fetched content is compared with what the source promised. Undefined if it agrees. */
export function mismatch(target: FetchTarget, found: ContentHashes): ModelkeepError | undefined {
  const { file } = target;
  if (file.digest !== undefined && file.digest !== found.digest)
    return mismatchError(target, `sha256 ${file.digest}`, `sha256 ${found.digest}`);
  if (file.digest === undefined && file.gitOid !== found.gitOid)
    return mismatchError(target, `git blob ${file.gitOid}`, `git blob ${found.gitOid}`);
  return undefined;
}

export function mismatchError(
  target: FetchTarget,
  expected: string,
  found: string,
): ModelkeepError {
  return new ModelkeepError(
    'integrity-mismatch',
    `${target.file.path} of ${target.modelId} is not what ${target.source.endpoint} promised: expected ${expected}, found ${found}; nothing of it was kept`,
    {
      details: {
        file: target.file.path,
        modelId: target.modelId,
        commit: target.commit,
        expected,
        found,
      },
    },
  );
}
