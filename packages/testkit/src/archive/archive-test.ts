import { writeFile } from 'node:fs/promises';
import type {
  ArchiveEntry,
  ArchiveFormat,
  ArchiveInput,
  ArchiveMember,
  ArchiveReadOptions,
} from '@modelkeep/core/spi';
import { type TestContext, test } from 'vitest';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { type TempFolder, tempFolder } from '../tools/temp-folder.ts';
import { membersOf, type PackedFile } from './fixtures.ts';

export interface ArchiveSuiteOptions {
  /** Makes the format; called for each test, and once before. */
  create(): ArchiveFormat;
  /** Milliseconds that one test may take. Default: 120,000: a busy machine may take long. */
  readonly timeoutMs?: number;
}

/** A member as it was read. */
export interface ReadEntry extends Omit<ArchiveEntry, 'body'> {
  readonly content: Uint8Array;
}

export interface ArchiveGiven {
  readonly format: ArchiveFormat;
  /** Which of the format's `names` is tested. */
  readonly name: string;
  readonly context: TestContext;
  /** The archive of `files`. */
  pack(files: readonly PackedFile[], chunkSize?: number): Promise<Uint8Array>;
  packMembers(members: Iterable<ArchiveMember> | AsyncIterable<ArchiveMember>): Promise<Uint8Array>;
  /** An archive to read: a file for a format that needs one, otherwise a stream in chunks. */
  input(archive: Uint8Array, chunkSize?: number): Promise<ArchiveInput>;
  /** All members, with their content. */
  unpack(
    archive: Uint8Array,
    options?: Partial<ArchiveReadOptions>,
    chunkSize?: number,
  ): Promise<ReadEntry[]>;
}

export type ArchiveTest = (name: string, body: (given: ArchiveGiven) => Promise<void>) => void;

/** Limits that no test of ours reaches. */
export const NO_LIMITS: ArchiveReadOptions = {
  maxEntries: 100_000,
  maxPathBytes: 10_000,
  maxTotalBytes: () => Number.MAX_SAFE_INTEGER,
};

export function archiveTest(options: ArchiveSuiteOptions, name: string): ArchiveTest {
  return (title, body) => {
    test(title, { timeout: options.timeoutMs ?? 120_000 }, async (context) => {
      await using folder = await tempFolder();
      await body(givenOf(options.create(), name, context, folder));
    });
  };
}

function givenOf(
  format: ArchiveFormat,
  name: string,
  context: TestContext,
  folder: TempFolder,
): ArchiveGiven {
  let files = 0;
  const packMembers: ArchiveGiven['packMembers'] = (members) =>
    collectBytes(format.write(members, { format: name }));
  const input: ArchiveGiven['input'] = async (archive, chunkSize = 64 * 1024) => {
    const stream = (): AsyncIterable<Uint8Array> => bodyOf(archive, chunkSize);
    if (!format.features.randomAccess) return { size: archive.length, stream };
    files += 1;
    const path = folder.join(`archive-${files}`);
    await writeFile(path, archive);
    return { path, size: archive.length, stream };
  };
  return {
    format,
    name,
    context,
    packMembers,
    pack: (packed, chunkSize) => packMembers(membersOf(packed, chunkSize)),
    input,
    async unpack(archive, limits, chunkSize) {
      const entries: ReadEntry[] = [];
      const opened = await input(archive, chunkSize);
      for await (const entry of format.read(opened, name, { ...NO_LIMITS, ...limits })) {
        const { body, ...header } = entry;
        entries.push({ ...header, content: await collectBytes(body) });
      }
      return entries;
    },
  };
}

/** The files among what was read, as they were packed. */
export function packedFiles(entries: readonly ReadEntry[]): PackedFile[] {
  return entries
    .filter(({ kind }) => kind === 'file')
    .map(({ path, content }) => ({ path, content }));
}
