import { MAX_POINTER_BYTES, parseLfsPointer, type RemoteFile } from '@modelkeep/core/spi';
import { blobSizes, smallBlobs } from './read-blobs.ts';
import type { Repository } from './repository.ts';

/** A file, and what git keeps of it. */
export interface CommitFile {
  readonly file: RemoteFile;
  /** Id of git's blob: the content, or a pointer. */
  readonly blob: string;
}

/** The files of a commit that is here, by path; of git-lfs files what their pointers say. */
export async function listCommit(
  repository: Repository,
  commit: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, CommitFile>> {
  const entries = await Array.fromAsync(repository.entries(commit, signal));
  const ids = new Set(entries.map(({ blob }) => blob));
  const sizes = await blobSizes(repository, ids, signal);
  const small = new Set([...ids].filter((id) => (sizes.get(id) ?? 0) <= MAX_POINTER_BYTES));
  const pointers = new Map<string, NonNullable<ReturnType<typeof parseLfsPointer>>>();
  for await (const [id, content] of smallBlobs(repository, small, signal)) {
    const pointer = parseLfsPointer(content);
    if (pointer !== undefined) pointers.set(id, pointer);
  }
  return new Map(
    entries.map(({ path, blob }) => {
      const pointer = pointers.get(blob);
      const file: RemoteFile =
        pointer === undefined
          ? { path, size: sizes.get(blob) ?? 0, gitOid: blob, lfs: false }
          : { path, size: pointer.size, digest: pointer.digest, lfs: true };
      return [path, { file, blob }];
    }),
  );
}
