import { constants } from 'node:fs';
import { copyFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes, gitOidOfBytes } from '../../hashing/hash-bytes.ts';
import type { HashPool } from '../../hashing/hash-pool.ts';
import type { ArchiveEntry } from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import { stageBody } from '../../staging/stage-body.ts';
import { type FileRange, stageRange } from '../../staging/stage-range.ts';
import type { StagedContent } from './staged-content.ts';

/** Files up to this size are hashed at once and stay in memory… */
const SMALL_BYTES = 256 * 1024;
/** …as long as all of them are not more than this. */
const MEMORY_BYTES = 48 * 1024 * 1024;
/** Files whose last bytes are still being hashed while the next are read. */
const MOST_TAILS = 4;

export interface StageRequest {
  readonly entry: ArchiveEntry & { readonly localPath?: string };
  /** The archive as a file, where it is one. */
  readonly archivePath: string | undefined;
  /** First bytes to give back. */
  readonly headBytes: number;
  readonly gitOid: boolean;
  readonly onProgress: (doneBytes: number) => void;
}

/** Reads all of a small body. Fails with `integrity-mismatch` if it is not `size` bytes long. */
export async function readWhole(
  body: AsyncIterable<Uint8Array>,
  size: number,
): Promise<Uint8Array> {
  const whole = new Uint8Array(size);
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.byteLength > size) throw wrongLength(size, length + chunk.byteLength);
    whole.set(chunk, length);
    length += chunk.byteLength;
  }
  if (length < size) throw wrongLength(size, length);
  return whole;
}

function wrongLength(expected: number, found: number): ModelkeepError {
  return new ModelkeepError(
    'integrity-mismatch',
    `a file changed while it was read: expected ${expected} bytes, found ${found}`,
    { details: { expected, found } },
  );
}

/** Takes the contents of members into a staging folder, one after the other, hashing beside. */
export class Stager {
  readonly #hashing: HashPool;
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;
  readonly #staged = new Map<string, Promise<StagedContent>>();
  readonly #tails = new Set<Promise<unknown>>();
  #memoryBytes = 0;
  #canClone = true;
  readonly #keep: boolean;

  /** Without `keep` a content is looked at and thrown away. */
  constructor(hashing: HashPool, folder: string, signal: AbortSignal | undefined, keep = true) {
    this.#keep = keep;
    this.#hashing = hashing;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Resolves with the head once the body was read; hashing may still go on. */
  async stage(request: StageRequest): Promise<Uint8Array> {
    const { path, size } = request.entry;
    if (size <= SMALL_BYTES && this.#memoryBytes + size <= MEMORY_BYTES) {
      return this.#stageSmall(request);
    }
    const head: Uint8Array[] = [];
    let bodyRead: () => void = () => {};
    const read = new Promise<void>((resolve) => {
      bodyRead = resolve;
    });
    const target = join(this.#folder, String(this.#staged.size));
    // What is thrown away cannot be read again for an id that turns out to be needed.
    const wanted = this.#keep ? request : { ...request, gitOid: true };
    const staging = this.#stageFile(wanted, target, head, bodyRead).then(async (content) => {
      if (!this.#keep) await rm(target, { force: true });
      return content;
    });
    this.#staged.set(path, staging);
    const tail: Promise<unknown> = staging.then(
      () => this.#tails.delete(tail),
      () => this.#tails.delete(tail),
    );
    this.#tails.add(tail);
    await Promise.race([read, staging]);
    while (this.#tails.size >= MOST_TAILS) await Promise.race(this.#tails);
    return Buffer.concat(head).subarray(0, request.headBytes);
  }

  /** All contents by member. Rejects if one could not be staged. */
  async finish(): Promise<ReadonlyMap<string, StagedContent>> {
    const staged = new Map<string, StagedContent>();
    for (const [member, content] of this.#staged) staged.set(member, await content);
    return staged;
  }

  /** Resolves when nothing is under way any more. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#staged.values());
  }

  async #stageSmall({ entry, headBytes, gitOid, onProgress }: StageRequest): Promise<Uint8Array> {
    const bytes = await readWhole(entry.body, entry.size);
    this.#memoryBytes += bytes.byteLength;
    onProgress(bytes.byteLength);
    const content: StagedContent = {
      bytes,
      size: bytes.byteLength,
      digest: digestOfBytes(bytes),
      ...(gitOid ? { gitOid: gitOidOfBytes(bytes) } : {}),
    };
    this.#staged.set(entry.path, Promise.resolve(content));
    return bytes.subarray(0, headBytes);
  }

  async #stageFile(
    request: StageRequest,
    target: string,
    head: Uint8Array[],
    bodyRead: () => void,
  ): Promise<StagedContent> {
    const { entry, gitOid } = request;
    const options = {
      size: entry.size,
      gitOid,
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
    };
    if (request.headBytes === 0 && (await this.#clone(entry, target))) {
      bodyRead();
      const hashes = await this.#hashing.hashFile(target, options);
      return { path: target, size: entry.size, ...hashes };
    }
    const range = rangeOf(request);
    if (range !== undefined && request.headBytes === 0) {
      const { onProgress } = request;
      const [staged] = await Promise.all([
        stageRange(this.#hashing, target, range, { ...options, onProgress, onCopied: bodyRead }),
        entry.checkContent?.(),
      ]);
      return staged;
    }
    return stageBody(this.#hashing, target, watched(request, head, bodyRead), options);
  }

  /** A folder's file shares its blocks with the staged copy where the file system can do that. */
  async #clone({ localPath, size }: StageRequest['entry'], target: string): Promise<boolean> {
    if (localPath === undefined || !this.#canClone) return false;
    try {
      await copyFile(localPath, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    } catch {
      this.#canClone = false;
      await rm(target, { force: true });
      return false;
    }
    const found = await stat(target);
    if (found.size !== size) throw wrongLength(size, found.size);
    return true;
  }
}

/** Where the content lies in a file as it is: of an unpacked folder, or within an archive. */
function rangeOf({ entry, archivePath }: StageRequest): FileRange | undefined {
  if (entry.localPath !== undefined) return { path: entry.localPath, start: 0, wholeFile: true };
  if (archivePath === undefined || entry.position === undefined) return undefined;
  return { path: archivePath, start: entry.position };
}

/** The body, with its head noted, its progress told, and its end. */
async function* watched(
  { entry, headBytes, onProgress }: StageRequest,
  head: Uint8Array[],
  bodyRead: () => void,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of entry.body) {
    if (length < headBytes) head.push(chunk.slice(0, headBytes - length));
    length += chunk.byteLength;
    onProgress(length);
    yield chunk;
  }
  bodyRead();
}
