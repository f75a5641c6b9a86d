import type { ModelFacts, PackOptions } from '../../api/options.ts';
import type { PackedFolder } from '../../api/results.ts';
import { archiveBaseName } from '../../archives/archive-file-name.ts';
import { ArchiveIntake } from '../../archives/archive-intake.ts';
import { MODEL_FOLDER } from '../../archives/archive-layout.ts';
import { METADATA_FILE } from '../../model-metadata/metadata-schema.ts';
import type { ArchiveMember } from '../../spi/archive-format.ts';
import { bareModelEntries } from '../import/bare-model.ts';
import { contentOf } from '../import/folder-entries.ts';
import { readWhole } from '../import/stager.ts';
import { DEFAULT_FORMAT, writerOf } from './archive-writer.ts';

async function headOf(body: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const head: Uint8Array[] = [];
  let have = 0;
  if (length === 0) return new Uint8Array(0);
  for await (const chunk of body) {
    head.push(chunk);
    have += chunk.byteLength;
    if (have >= length) break;
  }
  return Buffer.concat(head).subarray(0, length);
}

export async function packFolder(
  folder: string,
  facts: ModelFacts,
  { archives, format = DEFAULT_FORMAT, compress = false, signal }: PackOptions,
): Promise<PackedFolder> {
  signal?.throwIfAborted();
  const writer = writerOf(archives, format, compress);
  const intake = new ArchiveIntake();
  const places = new Map<string, string>();
  for await (const entry of bareModelEntries(folder, facts)) {
    signal?.throwIfAborted();
    const admission = intake.admit(entry);
    if (admission.action === 'skip') continue;
    const { record } = admission;
    places.set(entry.path, entry.localPath ?? '');
    const content =
      admission.action === 'text'
        ? readWhole(entry.body, entry.size)
        : headOf(entry.body, admission.headBytes);
    await intake.keep(record, await content);
  }
  const { metadata: said, files, commit, warnings } = await intake.finish();
  const sizeInBytes = files.reduce((total, { size }) => total + size, 0);
  const metadata = { ...said, commitHash: commit ?? null, sizeInBytes };
  const root = archiveBaseName(metadata.modelDefinition.key);
  const text = new TextEncoder().encode(`${JSON.stringify(metadata, null, 2)}\n`);
  const members: ArchiveMember[] = [
    {
      path: `${root}/${METADATA_FILE}`,
      size: text.byteLength,
      async *open(start = 0) {
        yield text.subarray(start);
      },
    },
    ...files.map(({ path, size, member }) => ({
      path: `${root}/${MODEL_FOLDER}/${path}`,
      size,
      open: (start = 0) => contentOf(places.get(member) ?? '', size, start),
    })),
  ];
  return {
    fileName: `${root}.${format}`,
    format,
    metadata,
    fileCount: files.length,
    warnings,
    stream: writer.write(members, {
      format,
      compress,
      ...(signal === undefined ? {} : { signal }),
    }),
  };
}
