import type { ExportOptions } from '../../api/options.ts';
import type { ModelExport } from '../../api/results.ts';
import { archiveBaseName } from '../../archives/archive-file-name.ts';
import { type ExportMember, exportMembers } from '../../archives/export-members.ts';
import type { CoreContext } from '../../context.ts';
import type { ArchiveFormat, ArchiveMember } from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import { safeListener } from '../../util/event-sender.ts';
import { Progress } from '../../util/progress.ts';
import { requireEntry } from '../find-model.ts';
import { requireSnapshot } from '../snapshots.ts';
import { readBlob } from './read-blob.ts';

const DEFAULT_FORMAT = 'tar';

function writerOf(archives: readonly ArchiveFormat[], name: string): ArchiveFormat {
  const format = archives.find(({ names }) => names.includes(name));
  if (format !== undefined) return format;
  const known = archives.flatMap(({ names }) => names);
  throw new ModelkeepError(
    'unsupported',
    `no archive format ${JSON.stringify(name)} here; ${known.length === 0 ? 'this cache was opened without any' : `known are ${known.join(', ')}`}`,
  );
}

/** Opens a member's content when its turn comes; tells the progress of the model's files. */
function toArchiveMember(
  ctx: CoreContext,
  member: ExportMember,
  progress: Progress,
  signal: AbortSignal | undefined,
): ArchiveMember {
  const { path, size } = member;
  if ('text' in member) {
    return {
      path,
      size,
      async *open() {
        yield member.text;
      },
    };
  }
  return {
    path,
    size,
    async *open() {
      let done = 0;
      for await (const chunk of readBlob(ctx, member.digest, size, signal)) {
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
  const { signal, format = DEFAULT_FORMAT } = options;
  signal?.throwIfAborted();
  const writer = writerOf(ctx.archives, format);
  const entry = await requireEntry(ctx, name);
  const members = exportMembers(entry, await requireSnapshot(ctx, entry));
  const files = members.filter((member) => 'digest' in member);
  const progress = new Progress(safeListener(options.onEvent), {
    totalBytes: files.reduce((sum, { size }) => sum + size, 0),
    totalFiles: files.length,
  });
  const size = writer.writtenSize(members, format);
  return {
    fileName: `${archiveBaseName(entry.key)}.${format}`,
    format,
    ...(size === undefined ? {} : { size }),
    stream: writer.write(
      members.map((member) => toArchiveMember(ctx, member, progress, signal)),
      { format, ...(signal === undefined ? {} : { signal }) },
    ),
  };
}
