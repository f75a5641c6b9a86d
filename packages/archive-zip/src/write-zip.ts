import { pipeline, Readable } from 'node:stream';
import { constants, crc32, createDeflateRaw } from 'node:zlib';
import { memberContent, newFolders } from '@modelkeep/archive-common';
import type { ArchiveMember } from '@modelkeep/core/spi';
import type { KnownChecksums } from './known-checksums.ts';
import {
  centralHeader,
  descriptor,
  endRecords,
  localHeader,
  type WrittenMember,
} from './zip-records.ts';

const CHUNK = 1024 * 1024;

export type Method = 'store' | 'deflate';

export interface WriteZipOptions {
  readonly method: Method;
  readonly signal: AbortSignal | undefined;
  /** First byte to give; only where contents are stored. */
  readonly start: number;
  readonly sums: KnownChecksums;
}

/** A zip of `members` from byte `start` on, in their order, with the folders above them; each is read once, as far as need be. */
export async function* writeZip(
  members: Iterable<ArchiveMember> | AsyncIterable<ArchiveMember>,
  options: WriteZipOptions,
): AsyncGenerator<Uint8Array> {
  const { method, signal, start } = options;
  const folders = new Set<string>();
  const written: WrittenMember[] = [];
  let position = 0;
  const rest = function* (piece: Uint8Array): Generator<Uint8Array> {
    const skipped = Math.max(start - position, 0);
    position += piece.byteLength;
    if (skipped < piece.byteLength) yield piece.subarray(skipped);
  };
  signal?.throwIfAborted();
  for await (const member of members) {
    signal?.throwIfAborted();
    for (const folder of newFolders(member.path, folders)) {
      const record = folderAt(folder, position);
      yield* rest(localHeader(record));
      written.push(record);
    }
    const declared = fileAt(member, method, position);
    yield* rest(localHeader(declared));
    const found = { crc: 0, compressedSize: 0 };
    if (method === 'store') {
      const skipped = Math.min(Math.max(start - position, 0), member.size);
      yield* storedContent(member, skipped, options, found);
    } else {
      for await (const chunk of deflated(counted(memberContent(member, 0, signal), found))) {
        found.compressedSize += chunk.byteLength;
        yield chunk;
      }
    }
    position += found.compressedSize;
    const record = { ...declared, ...found };
    yield* rest(descriptor(record));
    written.push(record);
  }
  const directory = position;
  for (const record of written) yield* rest(centralHeader(record));
  yield* rest(endRecords(written.length, directory, position - directory));
}

/** A content as it is, from byte `skipped` on. What comes before that is read for its checksum, unless that is known. */
async function* storedContent(
  member: ArchiveMember,
  skipped: number,
  { sums, signal }: WriteZipOptions,
  found: { crc: number; compressedSize: number },
): AsyncGenerator<Uint8Array> {
  const { identity, size } = member;
  let { length, crc } = sums.best(identity, skipped);
  if (length < size || size === 0) {
    for await (const chunk of memberContent(member, length, signal)) {
      crc = crc32(chunk, crc);
      const unwanted = Math.max(skipped - length, 0);
      length += chunk.byteLength;
      sums.note(identity, { length, crc }, size);
      if (unwanted < chunk.byteLength) yield unwanted === 0 ? chunk : chunk.subarray(unwanted);
    }
  }
  found.crc = crc;
  found.compressedSize = size;
}

/** Exact bytes that {@link writeZip} gives where it stores. */
export function storedSize(
  members: Iterable<{ readonly path: string; readonly size: number }>,
): number {
  const folders = new Set<string>();
  let [position, directory, count] = [0, 0, 0];
  const add = (record: WrittenMember, behind: number): void => {
    directory += centralHeader(record).byteLength;
    position += localHeader(record).byteLength + record.size + behind;
    count += 1;
  };
  for (const member of members) {
    for (const folder of newFolders(member.path, folders)) add(folderAt(folder, position), 0);
    const record = fileAt(member, 'store', position);
    add({ ...record, compressedSize: member.size }, descriptor(record).byteLength);
  }
  return position + directory + endRecords(count, position, directory).byteLength;
}

function folderAt(path: string, offset: number): WrittenMember {
  const name = Buffer.from(`${path}/`);
  return { kind: 'folder', name, offset, method: 'store', size: 0, crc: 0, compressedSize: 0 };
}

function fileAt(
  { path, size }: { readonly path: string; readonly size: number },
  method: Method,
  offset: number,
): WrittenMember {
  return { kind: 'file', name: Buffer.from(path), offset, method, size, crc: 0, compressedSize: 0 };
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  found: { crc: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    found.crc = crc32(chunk, found.crc);
    yield chunk;
  }
}

/** Weights hardly compress: the fast level loses next to nothing. */
async function* deflated(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = createDeflateRaw({ chunkSize: CHUNK, level: constants.Z_BEST_SPEED });
  let failure: Error | undefined;
  pipeline(Readable.from(content), encoder, (error) => {
    failure = error ?? undefined;
  });
  try {
    yield* encoder as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw failure ?? error;
  } finally {
    encoder.destroy();
  }
}
