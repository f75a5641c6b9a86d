import type { FileHandle } from 'node:fs/promises';

const BATCH_BYTES = 512 * 1024;
/** What a slow connection gave must not be lost with the process. */
const BATCH_MS = 250;

/** Writes every byte of `parts` at `position`. */
async function writeParts(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let at = position;
  let rest: Uint8Array[] = [...parts];
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest, at);
    at += bytesWritten;
    while (rest.length > 0 && bytesWritten >= (rest[0] as Uint8Array).byteLength) {
      bytesWritten -= (rest.shift() as Uint8Array).byteLength;
    }
    if (bytesWritten > 0) rest = [(rest[0] as Uint8Array).subarray(bytesWritten), ...rest.slice(1)];
  }
}

/** Writes a stream of chunks to one place of a file: many chunks a call, one call under way while the next is gathered. */
export class BatchedWriter {
  readonly #handle: FileHandle;
  readonly #onWritten: (start: number, end: number) => void;
  readonly #release: (chunk: Uint8Array) => void;
  #position: number;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #batchSince = 0;
  #begun = false;
  #writing: Promise<void> = Promise.resolve();

  /** `onWritten` is told of each part that is in the file now, `release` of each chunk that is not needed any more. */
  constructor(
    handle: FileHandle,
    position: number,
    onWritten: (start: number, end: number) => void,
    release: (chunk: Uint8Array) => void = () => {},
  ) {
    this.#handle = handle;
    this.#position = position;
    this.#onWritten = onWritten;
    this.#release = release;
  }

  /** Where the next chunk goes. */
  get position(): number {
    return this.#position + this.#batchBytes;
  }

  /** Takes `chunk` over. Returns a promise when the caller must wait before the next one. */
  push(chunk: Uint8Array): Promise<void> | undefined {
    const now = performance.now();
    if (this.#batch.length === 0) this.#batchSince = now;
    this.#batch.push(chunk);
    this.#batchBytes += chunk.byteLength;
    // The first chunk goes at once: somebody may be waiting for it.
    const isDue =
      !this.#begun || this.#batchBytes >= BATCH_BYTES || now - this.#batchSince >= BATCH_MS;
    this.#begun = true;
    return isDue ? this.#startBatch() : undefined;
  }

  /** Resolves when all is in the file. */
  async flush(): Promise<void> {
    if (this.#batchBytes > 0) await this.#startBatch();
    await this.#writing;
  }

  async #startBatch(): Promise<void> {
    await this.#writing;
    const parts = this.#batch;
    const start = this.#position;
    const end = start + this.#batchBytes;
    this.#position = end;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#writing = writeParts(this.#handle, parts, start).then(() => {
      for (const part of parts) this.#release(part);
      this.#onWritten(start, end);
    });
    // A failure is seen at the next await; until then it must not count as unhandled.
    this.#writing.catch(() => {});
  }
}
