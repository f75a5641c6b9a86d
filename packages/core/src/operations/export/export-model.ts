import { createHash } from 'node:crypto';
import type { ExportOptions, LastUse } from '../../api/options.ts';
import type { ModelExport } from '../../api/results.ts';
import { archiveBaseName } from '../../archives/archive-file-name.ts';
import { type ExportMember, exportMembers } from '../../archives/export-members.ts';
import type { CoreContext } from '../../context.ts';
import type { ArchiveMember } from '../../spi/archive-format.ts';
import type { Entry } from '../../spi/model.ts';
import { safeListener } from '../../util/event-sender.ts';
import { Progress } from '../../util/progress.ts';
import { requireReadable } from '../find-model.ts';
import { requireSnapshot } from '../snapshots.ts';
import { DEFAULT_FORMAT, writerOf } from './archive-writer.ts';
import { readBlob } from './read-blob.ts';

/** Raised when the same members come to be written as other bytes. */
const FORMAT_EDITION = 1;

/** Opens a member's content when its turn comes; tells the progress of the model's files. */
function toArchiveMember(
  ctx: CoreContext,
  modelId: string,
  member: ExportMember,
  progress: Progress,
  signal: AbortSignal | undefined,
): ArchiveMember {
  const { path, size } = member;
  if ('text' in member) {
    return {
      path,
      size,
      async *open(start = 0) {
        yield member.text.subarray(start);
      },
    };
  }
  return {
    path,
    size,
    identity: member.digest,
    async *open(start = 0) {
      let done = start;
      using _held = ctx.holds.hold(modelId, true);
      for await (const chunk of readBlob(ctx, member.digest, { start, size }, signal)) {
        done += chunk.byteLength;
        progress.update(path, done, size);
        yield chunk;
      }
      progress.fileDone(path, size);
    },
  };
}

/**
 * Exports a cached model. The same entry gives the same bytes: what changes them is a new commit, other files, or a use
 * in between, as the metadata tells the last one; the export itself counts as none.
 */
export async function exportModel(
  ctx: CoreContext,
  name: string,
  options: ExportOptions = {},
): Promise<ModelExport> {
  const { signal, format = DEFAULT_FORMAT, compress = false, start = 0 } = options;
  signal?.throwIfAborted();
  const writer = writerOf(ctx.archives, format, compress);
  const found = await requireReadable(ctx, name, options.user ?? ctx.user);
  const lastUse = options.lastUse ?? { at: found.lastUsed ?? null, by: found.lastUsedBy ?? null };
  const entry = withLastUse(found, lastUse);
  const members = exportMembers(entry, await requireSnapshot(ctx, entry));
  const files = members.filter((member) => 'digest' in member);
  const progress = new Progress(safeListener(options.onEvent), {
    totalBytes: files.reduce((sum, { size }) => sum + size, 0),
    totalFiles: files.length,
  });
  const size = writer.writtenSize(members, format, { compress });
  const skips = writer.features.partialWrite === true && size !== undefined;
  const stream = writer.write(
    members.map((member) => toArchiveMember(ctx, entry.modelId, member, progress, signal)),
    { format, compress, ...(skips ? { start } : {}), ...(signal === undefined ? {} : { signal }) },
  );
  return {
    fileName: `${archiveBaseName(entry.key)}.${format}`,
    format,
    ...(size === undefined ? {} : { size }),
    identity: identityOf(members, compress ? `${format}, compressed` : format),
    lastUse,
    stream: skips || start === 0 ? stream : stream.pipeThrough(dropFirst(start)),
  };
}

function withLastUse({ lastUsed: _at, lastUsedBy: _by, ...entry }: Entry, use: LastUse): Entry {
  return {
    ...entry,
    ...(use.at === null ? {} : { lastUsed: use.at }),
    ...(use.by === null ? {} : { lastUsedBy: use.by }),
  };
}

function identityOf(members: readonly ExportMember[], format: string): string {
  const hash = createHash('sha256').update(JSON.stringify([FORMAT_EDITION, format]));
  for (const member of members) {
    const content = 'text' in member ? sha256(member.text) : member.digest;
    hash.update(JSON.stringify([member.path, member.size, content]));
  }
  return hash.digest('hex');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function dropFirst(count: number): TransformStream<Uint8Array, Uint8Array> {
  let left = count;
  return new TransformStream({
    transform(chunk, controller) {
      const dropped = Math.min(left, chunk.byteLength);
      left -= dropped;
      if (dropped < chunk.byteLength) controller.enqueue(chunk.subarray(dropped));
    },
  });
}
