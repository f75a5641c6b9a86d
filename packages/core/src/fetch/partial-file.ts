import { copyFile, type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../util/atomic-file.ts';
import { type ByteRange, RangeMap } from './range-map.ts';

const FORMAT_VERSION = 1;
const CHECKPOINT_MS = 250;

interface StoredMap {
  readonly formatVersion: number;
  readonly size: number;
  readonly etag?: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/** The names in `partial/` that belong to one flight. */
export function partialFileNames(flightId: string): {
  readonly data: string;
  readonly map: string;
} {
  return { data: `${flightId}.data`, map: `${flightId}.json` };
}

/** Reads the map beside a partial file; undefined if there is none, or it cannot be used. */
export async function readPartialMap(
  folder: string,
  flightId: string,
): Promise<
  | {
      readonly size: number;
      readonly etag: string | undefined;
      readonly ranges: readonly ByteRange[];
    }
  | undefined
> {
  try {
    const stored = JSON.parse(
      await readFile(join(folder, partialFileNames(flightId).map), 'utf8'),
    ) as StoredMap;
    if (stored.formatVersion !== FORMAT_VERSION) return undefined;
    return {
      size: stored.size,
      etag: stored.etag,
      ranges: stored.ranges.map(([start, end]) => ({ start, end })),
    };
  } catch {
    // Without a usable map nothing of the data can be trusted; the flight then begins anew.
    return undefined;
  }
}

/**
 * One blob on its way: a sparse file, and beside it a map of the ranges that are there, for whoever resumes.
 * The map is written after the bytes, so after a killed process it never promises too much; after a power cut the digest decides.
 */
export class PartialFile {
  readonly path: string;
  readonly size: number;
  readonly ranges: RangeMap;
  readonly handle: FileHandle;
  readonly #mapPath: string;
  #etag: string | undefined;
  #dirty = false;
  #timer: NodeJS.Timeout;
  #saving: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(
    path: string,
    mapPath: string,
    size: number,
    handle: FileHandle,
    ranges: RangeMap,
    etag: string | undefined,
  ) {
    this.path = path;
    this.size = size;
    this.handle = handle;
    this.ranges = ranges;
    this.#mapPath = mapPath;
    this.#etag = etag;
    this.#timer = setInterval(() => void this.#save(), CHECKPOINT_MS);
    this.#timer.unref();
  }

  /**
   * Opens what an earlier flight left, or begins anew. With `separate`, an earlier holder may still be writing into the
   * old file: what is there is copied, so that it can harm only its own copy.
   */
  static async open(
    folder: string,
    flightId: string,
    size: number,
    separate: boolean,
  ): Promise<PartialFile> {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const names = partialFileNames(flightId);
    const path = join(folder, names.data);
    const stored = await readPartialMap(folder, flightId);
    const usable = stored !== undefined && stored.size === size;
    if (usable && separate) {
      await copyFile(path, `${path}.copy`).then(
        () => rename(`${path}.copy`, path),
        () => rm(path, { force: true }),
      );
    } else if (!usable) {
      await rm(path, { force: true });
    }
    const handle = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return open(path, 'w+', 0o644);
    });
    try {
      const { size: onDisk } = await handle.stat();
      await handle.truncate(size);
      const ranges = new RangeMap(
        usable
          ? stored.ranges.map(({ start, end }) => ({ start, end: Math.min(end, onDisk, size) }))
          : [],
      );
      return new PartialFile(
        path,
        join(folder, names.map),
        size,
        handle,
        ranges,
        usable ? stored.etag : undefined,
      );
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get etag(): string | undefined {
    return this.#etag;
  }

  set etag(etag: string | undefined) {
    this.#etag = etag;
    this.#dirty = true;
  }

  /** Bytes from the beginning that are there without a gap. */
  get front(): number {
    return this.ranges.contiguousEnd(0);
  }

  get complete(): boolean {
    return this.front === this.size;
  }

  /** Bytes from `start` to `end` are in the file. */
  note(start: number, end: number): void {
    this.ranges.add(start, end);
    this.#dirty = true;
  }

  /** Forgets all content; the file stays open and empty. */
  async reset(): Promise<void> {
    this.ranges.clear();
    this.etag = undefined;
    await this.handle.truncate(0);
    await this.handle.truncate(this.size);
    await this.#save();
  }

  /** Closes and keeps what is there for a later flight. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#save();
    await this.handle.close();
  }

  /** The data file was published or is worthless: closes, and removes what is left. */
  async discard(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#dirty = false;
    await this.#saving;
    await this.handle.close();
    await rm(this.#mapPath, { force: true });
    await rm(this.path, { force: true });
  }

  #save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      const map: StoredMap = {
        formatVersion: FORMAT_VERSION,
        size: this.size,
        ...(this.#etag === undefined ? {} : { etag: this.#etag }),
        ranges: this.ranges.toArray().map(({ start, end }) => [start, end] as const),
      };
      // A checkpoint that cannot be written only costs a later flight some bytes.
      await replaceFile(this.#mapPath, JSON.stringify(map)).catch(() => {});
    });
    return this.#saving;
  }
}
