import { Budget, checkPathLength } from '@modelkeep/archive-common';
import { type ArchiveEntry, type ArchiveReadOptions, archiveInvalid } from '@modelkeep/core/spi';
import { ByteReader, type ChunkSource, truncated } from './byte-reader.ts';
import { type Described, ExtendedHeaders } from './extended-headers.ts';
import { Skipper } from './skipper.ts';
import { BLOCK, parseHeader, showBytes, type TarHeader } from './tar-header.ts';

/** Writers fill the last record with zeros; none has records larger than this. */
const LONGEST_END = 1024 * 1024;

const KINDS: Readonly<Record<string, ArchiveEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};
/** Types whose header or content is laid out in a way of its own. */
const UNREADABLE = 'SMVDNX';

async function* content(reader: ByteReader, state: { left: number; member: string }) {
  while (state.left > 0) {
    if (!(await reader.fill())) throw truncated(state.member);
    const piece = reader.take(state.left);
    state.left -= piece.length;
    yield piece;
  }
}

async function skipPadding(reader: ByteReader, size: number, member: string): Promise<void> {
  const padding = (BLOCK - (size % BLOCK)) % BLOCK;
  if (padding === 0) return;
  const bytes = await reader.require(padding, member);
  if (bytes.some((byte) => byte !== 0)) {
    throw archiveInvalid({
      reason: 'bytes-in-padding',
      member,
      problem: 'is followed by hidden bytes where only padding may be',
    });
  }
}

/** After the first block of zeros: one more, then nothing but zeros. */
async function readEnd(reader: ByteReader): Promise<void> {
  const second = await reader.exactly(BLOCK);
  if (second.length < BLOCK) throw truncated(undefined);
  let length = 0;
  for (let piece = second; ; piece = reader.take(LONGEST_END)) {
    length += piece.length;
    if (length > LONGEST_END || piece.some((byte) => byte !== 0)) {
      throw archiveInvalid({
        reason: 'trailing-bytes',
        problem: 'goes on after its end mark',
        remedy: 'Give one archive at a time, without anything behind it.',
      });
    }
    if (!(await reader.fill())) break;
  }
  if (length % BLOCK !== 0) throw truncated(undefined);
}

function checkShape(header: TarHeader, described: Described, maxPathBytes: number): void {
  const member = described.path;
  checkPathLength(member, maxPathBytes);
  const kind = KINDS[header.type];
  if (described.size > 0 && kind !== 'file' && kind !== undefined) {
    throw archiveInvalid({
      reason: 'content-without-file',
      member,
      problem: `is a ${kind} but has content`,
    });
  }
  if (kind === 'file' && member.endsWith('/')) {
    throw archiveInvalid({
      reason: 'bad-header',
      member,
      problem: 'is a file, but its name ends as a folder',
    });
  }
}

function refuseUnreadable(header: TarHeader): void {
  if (!UNREADABLE.includes(header.type)) return;
  throw archiveInvalid({
    reason: 'sparse-or-multi-volume',
    member: showBytes(header.name),
    problem: `is of the tar type "${header.type}": a sparse file, a volume label, an incremental or a multi-volume archive`,
    remedy: 'Make the archive anew as a plain one, without such options.',
  });
}

/** Where a tar comes from. */
export interface TarSource {
  readonly chunks: ChunkSource;
  /** If the tar was compressed: how many bytes were taken so far to give the chunks. */
  readonly compressedBytes?: () => number;
}

/** The members of a tar. */
export async function* readTar(
  source: TarSource,
  options: ArchiveReadOptions,
): AsyncGenerator<ArchiveEntry> {
  const { compressedBytes = () => Number.POSITIVE_INFINITY } = source;
  const reader = new ByteReader(source.chunks, options.signal);
  const skipper = new Skipper(reader, compressedBytes);
  const extended = new ExtendedHeaders(options.maxPathBytes);
  const budget = new Budget(options);
  try {
    for (;;) {
      const block = await reader.exactly(BLOCK);
      if (block.length < BLOCK) throw noEnd(block.length);
      const header = parseHeader(block);
      if (header === undefined) break;
      refuseUnreadable(header);
      if (extended.accepts(header)) {
        const name = showBytes(header.name);
        budget.count(name, header.size);
        extended.add(header.type, await reader.require(header.size, name));
        await skipPadding(reader, header.size, name);
        continue;
      }
      const described = extended.describe(header);
      checkShape(header, described, options.maxPathBytes);
      budget.count(described.path, described.size);
      const state = { left: described.size, member: described.path };
      if (!(await reader.mayHold(described.size))) throw truncated(described.path);
      yield entryOf(header, described, content(reader, state), reader.filePosition);
      await skipper.skip(state);
      await skipPadding(reader, described.size, described.path);
    }
    if (extended.pending) {
      throw archiveInvalid({
        reason: 'ambiguous-headers',
        problem: 'ends with an extended header that no member follows',
      });
    }
    await readEnd(reader);
  } finally {
    reader.close();
  }
}

function entryOf(
  header: TarHeader,
  described: Described,
  body: AsyncIterable<Uint8Array>,
  position: number | undefined,
): ArchiveEntry {
  const kind = KINDS[header.type] ?? 'other';
  const isLink = kind === 'symlink' || kind === 'hardlink';
  return {
    path: kind === 'directory' ? described.path.replace(/\/$/, '') : described.path,
    kind,
    size: described.size,
    ...(isLink ? { linkTarget: described.linkTarget } : {}),
    ...(position === undefined ? {} : { position }),
    body,
  };
}

function noEnd(length: number): Error {
  if (length > 0) return truncated(undefined);
  return archiveInvalid({
    reason: 'no-end-mark',
    problem: 'has no end mark',
    remedy: 'The archive was not copied whole: copy it again.',
  });
}
