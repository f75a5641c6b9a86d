import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { archiveInvalid } from '@modelkeep/core/spi';
import type { CentralHeader } from './headers.ts';
import type { RandomFile } from './random-file.ts';
import { STORED } from './zip-format.ts';

const CHUNK = 1024 * 1024;

/** The content of a member, which must be as long and have the checksum that its headers say. */
export async function* memberContent(
  file: RandomFile,
  start: number,
  header: CentralHeader,
  member: string,
): AsyncGenerator<Uint8Array> {
  const { compressedSize, size, crc, method } = header;
  const packed = file.chunks(start, start + compressedSize);
  let checksum = 0;
  let length = 0;
  for await (const chunk of method === STORED ? packed : inflated(packed, compressedSize, member)) {
    length += chunk.byteLength;
    if (length > size) throw wrongSize(member, size);
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (length < size) throw wrongSize(member, size);
  if (checksum !== crc) throw wrongChecksum(member);
}

/** Whether what is stored as it is has its checksum, without giving it. */
export async function checkStored(
  file: RandomFile,
  start: number,
  { size, crc }: CentralHeader,
  member: string,
): Promise<void> {
  if ((await file.checksum(start, start + size)) !== crc) throw wrongChecksum(member);
}

function wrongChecksum(member: string): Error {
  return archiveInvalid({
    reason: 'bad-checksum',
    member,
    problem: 'has a content that its checksum does not fit',
  });
}

async function* inflated(
  packed: AsyncIterable<Uint8Array>,
  packedSize: number,
  member: string,
): AsyncGenerator<Uint8Array> {
  const decoder = createInflateRaw({ chunkSize: CHUNK });
  let failure: Error | undefined;
  pipeline(Readable.from(packed), decoder, (error) => {
    failure = error ?? undefined;
  });
  try {
    yield* decoder as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code } = (failure ?? error) as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw failure ?? error;
    throw archiveInvalid({
      reason: 'bad-content',
      member,
      problem: 'has a content that cannot be unpacked',
      cause: error,
    });
  } finally {
    decoder.destroy();
  }
  if (decoder.bytesWritten !== packedSize) {
    throw archiveInvalid({
      reason: 'hidden-bytes',
      member,
      problem: 'has bytes behind its packed content',
    });
  }
}

function wrongSize(member: string, size: number): Error {
  return archiveInvalid({
    reason: 'bad-size',
    member,
    problem: `unpacks to another length than the ${size} bytes that it says`,
  });
}
