import { type ArchiveMember, ModelkeepError, quoteName } from '@modelkeep/core/spi';
import { abortable } from './abortable.ts';
import { END_LENGTH, fileHeader, folderHeader, newFolders, paddingOf } from './tar-blocks.ts';

function wrongLength(member: ArchiveMember, found: string): ModelkeepError {
  return new ModelkeepError(
    'storage-failed',
    `The content of ${quoteName(member.path)} has ${found} bytes; ${member.size} were expected. Verify the model, then export it again.`,
    { details: { member: member.path, expected: member.size } },
  );
}

async function* body(
  member: ArchiveMember,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of abortable(member.open(), signal)) {
    length += chunk.length;
    if (length > member.size) throw wrongLength(member, `at least ${length}`);
    yield chunk;
  }
  if (length < member.size) throw wrongLength(member, String(length));
}

/** A tar of `members`, in their order, with the folders above them. */
export async function* writeTar(
  members: Iterable<ArchiveMember> | AsyncIterable<ArchiveMember>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const folders = new Set<string>();
  signal?.throwIfAborted();
  for await (const member of members) {
    signal?.throwIfAborted();
    for (const folder of newFolders(member.path, folders)) yield folderHeader(folder);
    yield fileHeader(member.path, member.size);
    yield* body(member, signal);
    const padding = paddingOf(member.size);
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield new Uint8Array(END_LENGTH);
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
