import { pipeline, Readable } from 'node:stream';
import { constants, crc32, createDeflateRaw } from 'node:zlib';
import { memberContent, newFolders } from '@modelkeep/archive-common';
import type { ArchiveMember } from '@modelkeep/core/spi';
import {
  centralHeader,
  descriptor,
  endRecords,
  localHeader,
  type WrittenMember,
} from './zip-records.ts';

const CHUNK = 1024 * 1024;

export type Method = 'store' | 'deflate';

/** A zip of `members`, in their order, with the folders above them; each is read once. */
export async function* writeZip(
  members: Iterable<ArchiveMember> | AsyncIterable<ArchiveMember>,
  method: Method,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const folders = new Set<string>();
  const written: WrittenMember[] = [];
  let position = 0;
  signal?.throwIfAborted();
  for await (const member of members) {
    signal?.throwIfAborted();
    for (const folder of newFolders(member.path, folders)) {
      const record = folderAt(folder, position);
      const header = localHeader(record);
      yield header;
      position += header.byteLength;
      written.push(record);
    }
    const declared = fileAt(member, method, position);
    const header = localHeader(declared);
    yield header;
    const found = { crc: 0, compressedSize: 0 };
    const content = counted(memberContent(member, 0, signal), found);
    for await (const chunk of method === 'store' ? content : deflated(content)) {
      found.compressedSize += chunk.byteLength;
      yield chunk;
    }
    const record = { ...declared, ...found };
    const behind = descriptor(record);
    yield behind;
    position += header.byteLength + found.compressedSize + behind.byteLength;
    written.push(record);
  }
  const start = position;
  for (const record of written) {
    const header = centralHeader(record);
    yield header;
    position += header.byteLength;
  }
  yield endRecords(written.length, start, position - start);
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
