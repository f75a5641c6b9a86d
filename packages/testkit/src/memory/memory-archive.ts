import {
  type ArchiveEntry,
  type ArchiveFormat,
  type ArchiveInput,
  type ArchiveMember,
  type ArchiveReadOptions,
  abortable,
  ModelkeepError,
} from '@modelkeep/core/spi';
import { type ByteReader, byteReader } from './byte-reader.ts';

const MAGIC = Buffer.from('modelkeep memory archive\n');
const LENGTH_BYTES = 4;
const MAX_HEADER_BYTES = 1024 * 1024;

interface Header {
  readonly path: string;
  readonly kind: ArchiveEntry['kind'];
  readonly size: number;
  readonly linkTarget?: string;
}

/** Makes the plainest archive format there is, `memory`: a header in JSON before each content, and an empty one at the end. */
export function memoryArchive(): ArchiveFormat {
  return {
    specificationVersion: 'v1',
    names: ['memory'],
    features: { randomAccess: false },
    detect: (head) => (MAGIC.equals(head.subarray(0, MAGIC.length)) ? 'memory' : undefined),
    read: (input, _format, options) => readEntries(input, options),
    write: (members, { signal }) => ReadableStream.from(abortable(writeMembers(members), signal)),
    writtenSize(members) {
      const folders = new Set<string>();
      let size = MAGIC.length + LENGTH_BYTES;
      for (const member of members) {
        const headers = [...newFolders(member.path, folders), fileHeader(member)];
        for (const header of headers) size += encodeHeader(header).length + header.size;
      }
      return size;
    },
  };
}

/** The bytes of an archive of `memory` with members as given, also those that {@link ArchiveFormat.write} would not make. */
export function memoryArchiveBytes(
  entries: readonly (Omit<Header, 'size'> & { readonly content?: Uint8Array | string })[],
): Uint8Array {
  const parts = entries.flatMap(({ content = '', ...header }) => {
    const body = Buffer.from(content);
    return [encodeHeader({ ...header, size: body.length }), body];
  });
  return new Uint8Array(Buffer.concat([MAGIC, ...parts, Buffer.alloc(LENGTH_BYTES)]));
}

function fileHeader({ path, size }: { readonly path: string; readonly size: number }): Header {
  return { path, kind: 'file', size };
}

function newFolders(path: string, known: Set<string>): Header[] {
  const segments = path.split('/');
  const folders = segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
  const added = folders.filter((folder) => !known.has(folder));
  for (const folder of added) known.add(folder);
  return added.map((folder) => ({ path: folder, kind: 'directory', size: 0 }));
}

function encodeHeader(header: Header): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

async function* writeMembers(
  members: Iterable<ArchiveMember> | AsyncIterable<ArchiveMember>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const folders = new Set<string>();
  yield MAGIC;
  for await (const member of members) {
    for (const folder of newFolders(member.path, folders)) yield encodeHeader(folder);
    yield encodeHeader(fileHeader(member));
    let written = 0;
    for await (const chunk of member.open()) {
      written += chunk.length;
      if (written > member.size) break;
      yield chunk;
    }
    if (written !== member.size) {
      const message = `${member.path} gave ${written} bytes where ${member.size} were expected`;
      throw new ModelkeepError('storage-failed', message);
    }
  }
  yield Buffer.alloc(LENGTH_BYTES);
}

async function* readEntries(
  input: ArchiveInput,
  { signal, maxEntries, maxPathBytes, maxTotalBytes }: ArchiveReadOptions,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const reader = byteReader(abortable(input.stream(), signal));
  try {
    if (!MAGIC.equals(await reader.take(MAGIC.length))) throw invalid('It has no magic bytes');
    let count = 0;
    let total = 0;
    for (;;) {
      const header = await readHeader(reader);
      if (header === undefined) break;
      count += 1;
      total += header.size;
      if (count > maxEntries) throw invalid(`It has more than ${maxEntries} members`);
      if (Buffer.byteLength(header.path) > maxPathBytes) {
        throw invalid(`${header.path} is longer than ${maxPathBytes} bytes`);
      }
      if (total > maxTotalBytes()) throw invalid(`${header.path} goes beyond the size allowed`);
      const body = readBody(reader, header);
      yield { ...header, body };
      for await (const _ of body);
    }
    if ((await reader.some(1)).length > 0) throw invalid('Something follows its end');
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader): Promise<Header | undefined> {
  const prefix = await reader.take(LENGTH_BYTES);
  if (prefix.length < LENGTH_BYTES) throw invalid('It ends between two members');
  const length = Buffer.from(prefix).readUInt32BE();
  if (length === 0) return undefined;
  if (length > MAX_HEADER_BYTES) throw invalid('A header is too long');
  const json = await reader.take(length);
  if (json.length < length) throw invalid('It ends in a header');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)) as Header;
  } catch (cause) {
    throw new ModelkeepError('archive-invalid', 'A header cannot be read', { cause });
  }
}

/** The content of a member; what one loop leaves, the next goes on with. */
function readBody(reader: ByteReader, { path, size }: Header): AsyncIterable<Uint8Array> {
  let left = size;
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    if (left === 0) return { done: true, value: undefined };
    const value = await reader.some(left);
    if (value.length === 0) throw invalid(`${path} ends ${left} bytes early`);
    left -= value.length;
    return { done: false, value };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

function invalid(reason: string): ModelkeepError {
  return new ModelkeepError('archive-invalid', `The archive is not valid: ${reason}`);
}
