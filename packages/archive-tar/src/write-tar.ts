import { memberContent, newFolders } from '@modelkeep/archive-common';
import type { ArchiveMember } from '@modelkeep/core/spi';
import { END_LENGTH, fileHeader, folderHeader, paddingOf } from './tar-blocks.ts';

/** A tar of `members` from byte `start` on, in their order, with the folders above them. What comes before it is not read. */
export async function* writeTar(
  members: Iterable<ArchiveMember> | AsyncIterable<ArchiveMember>,
  signal: AbortSignal | undefined,
  start = 0,
): AsyncGenerator<Uint8Array> {
  const folders = new Set<string>();
  let position = 0;
  const rest = function* (piece: Uint8Array): Generator<Uint8Array> {
    const skipped = Math.min(Math.max(start - position, 0), piece.length);
    position += piece.length;
    if (skipped < piece.length) yield piece.subarray(skipped);
  };
  signal?.throwIfAborted();
  for await (const member of members) {
    signal?.throwIfAborted();
    for (const folder of newFolders(member.path, folders)) yield* rest(folderHeader(folder));
    yield* rest(fileHeader(member.path, member.size));
    const skipped = Math.min(Math.max(start - position, 0), member.size);
    if (skipped < member.size || member.size === 0) yield* memberContent(member, skipped, signal);
    position += member.size;
    yield* rest(new Uint8Array(paddingOf(member.size)));
  }
  yield* rest(new Uint8Array(END_LENGTH));
}

/** Exact bytes that {@link writeTar} gives. */
export function tarSize(
  members: Iterable<{ readonly path: string; readonly size: number }>,
): number {
  const folders = new Set<string>();
  let size = END_LENGTH;
  for (const member of members) {
    for (const folder of newFolders(member.path, folders)) size += folderHeader(folder).length;
    size += fileHeader(member.path, member.size).length + member.size + paddingOf(member.size);
  }
  return size;
}
