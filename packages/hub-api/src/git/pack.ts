import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createDeflate, deflate } from 'node:zlib';
import type { GitObject } from './select-objects.ts';

const TYPES = { commit: 1, tree: 2, blob: 3 } as const;
// Of what git keeps itself little is large, and the line is mostly a local one.
const LEVEL = { level: 1 };
/** A blob up to this size is packed in memory, several at once. */
const SMALL = 256 * 1024;
const AHEAD = 8;

const deflateAll = promisify<Uint8Array, typeof LEVEL, Buffer>(deflate);

/** Reads a blob's content. */
export type ReadBlob = (object: GitObject & { readonly type: 'blob' }) => AsyncIterable<Uint8Array>;

/** Writes objects as a pack (git help gitformat-pack, version 2), whole objects only. Holds a few small ones at a time. */
export async function* writePack(
  objects: readonly GitObject[],
  read: ReadBlob,
): AsyncGenerator<Uint8Array> {
  const sha1 = createHash('sha1');
  const head = Buffer.alloc(12);
  head.write('PACK', 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  sha1.update(head);
  yield head;
  for await (const chunk of entries(objects, read)) {
    sha1.update(chunk);
    yield chunk;
  }
  yield sha1.digest();
}

async function* entries(objects: readonly GitObject[], read: ReadBlob): AsyncGenerator<Uint8Array> {
  const ahead: Promise<Buffer | undefined>[] = [];
  const start = (index: number): void => {
    const object = objects[index];
    if (object === undefined) return;
    const packing = packSmall(object, read);
    // Whoever gives up in between leaves some that nobody waits for.
    packing.catch(() => undefined);
    ahead.push(packing);
  };
  for (let index = 0; index < AHEAD; index += 1) start(index);
  for (const [index, object] of objects.entries()) {
    const packed = await ahead.shift();
    start(index + AHEAD);
    if (packed !== undefined) yield packed;
    else if (object.type === 'blob') yield* packLarge(object, read);
  }
}

/** The whole entry of an object, or undefined for one that is too large. */
async function packSmall(object: GitObject, read: ReadBlob): Promise<Buffer | undefined> {
  const body = object.type === 'blob' ? await smallBlob(object, read) : object.body;
  if (body === undefined) return undefined;
  const head = entryHead(TYPES[object.type], body.byteLength);
  return Buffer.concat([head, await deflateAll(body, LEVEL)]);
}

async function smallBlob(
  object: GitObject & { readonly type: 'blob' },
  read: ReadBlob,
): Promise<Buffer | undefined> {
  const { bytes, size } = object.blob;
  if (bytes !== undefined) return bytes;
  if (size > SMALL) return undefined;
  return Buffer.concat(await Array.fromAsync(exactly(size, read(object))));
}

async function* packLarge(
  object: GitObject & { readonly type: 'blob' },
  read: ReadBlob,
): AsyncGenerator<Uint8Array> {
  const { size } = object.blob;
  yield entryHead(TYPES.blob, size);
  const packed = createDeflate(LEVEL);
  const feeding = pipeline(exactly(size, read(object)), packed);
  // Its failure ends the reading below, which is where it is thrown.
  feeding.catch(() => undefined);
  for await (const chunk of packed) yield chunk as Buffer;
  await feeding;
}

/** Content that must have the size that its entry says. */
async function* exactly(
  size: number,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const chunk of content) {
    given += chunk.byteLength;
    if (given > size) break;
    yield chunk;
  }
  if (given !== size) throw new Error('a file has another size than its listing says');
}

/** Type and size: four bits of the size, then seven in each further byte, the lowest first. */
export function entryHead(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size % 16)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest % 128);
  }
  return Buffer.from(bytes);
}
