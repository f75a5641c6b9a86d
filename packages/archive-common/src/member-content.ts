import { type ArchiveMember, ModelkeepError, quoteName } from '@modelkeep/core/spi';
import { abortable } from './abortable.ts';

function wrongLength(member: ArchiveMember, found: string): ModelkeepError {
  return new ModelkeepError(
    'storage-failed',
    `The content of ${quoteName(member.path)} has ${found} bytes; ${member.size} were expected. Verify the model, then export it again.`,
    { details: { member: member.path, expected: member.size } },
  );
}

/** The content of a member to write, from byte `start` on. One of another length than declared fails with `storage-failed`. */
export async function* memberContent(
  member: ArchiveMember,
  start: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let length = start;
  for await (const chunk of abortable(member.open(start), signal)) {
    length += chunk.length;
    if (length > member.size) throw wrongLength(member, `at least ${length}`);
    yield chunk;
  }
  if (length < member.size) throw wrongLength(member, String(length));
}
