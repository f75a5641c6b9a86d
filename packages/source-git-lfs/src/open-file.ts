import {
  ModelkeepError,
  type OpenFileOptions,
  type RemoteBody,
  type RemoteFile,
} from '@modelkeep/core/spi';
import type { Commits } from './commits.ts';
import type { GitContext } from './git-context.ts';
import type { LfsObjects } from './lfs/lfs-objects.ts';
import type { Repository } from './repository.ts';

/** Opens a file: what git keeps from the objects here, what git-lfs keeps from its server. */
export async function openFile(
  context: GitContext,
  commits: Commits,
  objects: LfsObjects,
  where: { readonly modelId: string; readonly commit: string; readonly file: RemoteFile },
  options: OpenFileOptions,
): Promise<RemoteBody> {
  const { modelId, file } = where;
  const { signal } = options;
  signal?.throwIfAborted();
  const commit =
    commits.known(modelId, where.commit) ??
    (await commits.get(modelId, where.commit, undefined, signal));
  const found = commit.files.get(file.path);
  if (found === undefined) {
    throw new ModelkeepError(
      'file-not-found',
      `${modelId} has no file ${file.path} at ${where.commit} on ${context.address.host}`,
      { details: { modelId, file: file.path, commit: where.commit } },
    );
  }
  if (!found.file.lfs) return blobBody(commit.repository, found.blob, found.file.size, signal);
  const all = [...commit.files.values()].map((each) => each.file).filter(({ lfs }) => lfs);
  return objects.open({ modelId, file: found.file, all }, options);
}

/** Always whole: git unpacks a blob from its beginning. */
function blobBody(
  repository: Repository,
  blob: string,
  size: number,
  signal: AbortSignal | undefined,
): RemoteBody {
  return {
    start: 0,
    size,
    etag: blob,
    body: repository.read(['cat-file', 'blob', blob], signal),
  };
}
