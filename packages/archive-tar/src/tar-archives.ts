import { coalesce, toStream } from '@modelkeep/archive-common';
import {
  type ArchiveEntry,
  type ArchiveFormat,
  type ArchiveInput,
  type ArchiveReadOptions,
  ModelkeepError,
} from '@modelkeep/core/spi';
import type { Compression } from './codecs.ts';
import { compress } from './compress.ts';
import { decompress } from './decompress.ts';
import { fileChunks } from './file-chunks.ts';
import { readTar } from './read-tar.ts';
import { tarSize, writeTar } from './write-tar.ts';

const COMPRESSIONS: ReadonlyMap<string, Compression | undefined> = new Map([
  ['tar', undefined],
  ['tar.gz', 'gzip'],
  ['tar.zst', 'zstd'],
]);

function compressionOf(format: string): Compression | undefined {
  if (!COMPRESSIONS.has(format)) {
    throw new ModelkeepError(
      'invalid-argument',
      `The archive format ${JSON.stringify(format)} is not known here. Use one of ${[...COMPRESSIONS.keys()].join(', ')}.`,
    );
  }
  return COMPRESSIONS.get(format);
}

function startsWith(head: Uint8Array, ...magic: number[]): boolean {
  return magic.every((byte, at) => head[at] === byte);
}

function detect(head: Uint8Array): string | undefined {
  if (startsWith(head, 0x1f, 0x8b, 0x08)) return 'tar.gz';
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'tar.zst';
  // A zstd file may begin with a frame that is to be skipped.
  if (((head[0] ?? 0) & 0xf0) === 0x50 && startsWith(head.subarray(1), 0x2a, 0x4d, 0x18)) {
    return 'tar.zst';
  }
  return startsWith(head.subarray(257), 0x75, 0x73, 0x74, 0x61, 0x72) ? 'tar' : undefined;
}

function read(
  input: ArchiveInput,
  format: string,
  options: ArchiveReadOptions,
): AsyncIterable<ArchiveEntry> {
  const compression = compressionOf(format);
  if (compression === undefined) {
    return input.path === undefined
      ? readTar({ chunks: input.stream()[Symbol.asyncIterator]() }, options)
      : readTar({ chunks: fileChunks(input.path) }, options);
  }
  let taken = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.stream()) {
      taken += chunk.length;
      yield chunk;
    }
  };
  const chunks = decompress(counted(), compression);
  return readTar({ chunks, compressedBytes: () => taken }, options);
}

/** Archives as `tar`, `tar.gz` and `tar.zst`: read strictly, written the same each time. */
export function tarArchives(): ArchiveFormat {
  return {
    specificationVersion: 'v1',
    names: [...COMPRESSIONS.keys()],
    features: { randomAccess: false, partialWrite: true },
    detect,
    read,
    write(members, options) {
      const compression = compressionOf(options.format);
      const start = compression === undefined ? options.start : 0;
      const bytes = coalesce(writeTar(members, options.signal, start));
      return toStream(compression === undefined ? bytes : compress(bytes, compression));
    },
    writtenSize(members, format) {
      return compressionOf(format) === undefined ? tarSize(members) : undefined;
    },
  };
}
