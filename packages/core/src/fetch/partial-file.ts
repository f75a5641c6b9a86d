import { constants } from 'node:fs';
import {
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { WriteBack } from '../spi/write-back.ts';
import { replaceFile } from '../util/atomic-file.ts';
import { type ByteRange, RangeMap } from './range-map.ts';

const FORMAT_VERSION = 1;
const CHECKPOINT_MS = 250;

interface StoredMap {
  readonly formatVersion: number;
  /** Name of the data file. */
  readonly data: string;
  readonly size: number;
  readonly etag?: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/** Who fetches: the fencing token makes the name of the data file, so that an earlier holder cannot touch it by name. */
export interface PartialHolder {
  readonly token: number;
  readonly takenOver?: 'dead' | 'expired';
}

interface PartialMap {
  readonly data: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly ranges: readonly ByteRange[];
}

/** Reads what is known of a partial file; undefined if there is none, or it cannot be used. */
export async function readPartialMap(
  folder: string,
  flightId: string,
): Promise<PartialMap | undefined> {
  try {
    const text = await readFile(join(folder, `${flightId}.json`), 'utf8');
    const stored = JSON.parse(text) as StoredMap;
    if (stored.formatVersion !== FORMAT_VERSION) return undefined;
    const ranges = stored.ranges.map(([start, end]) => ({ start, end }));
    return { data: stored.data, size: stored.size, etag: stored.etag, ranges };
  } catch {
    // Without a usable map nothing of the data can be trusted; the flight then begins anew.
    return undefined;
  }
}

/** Brings the data of an earlier flight under a new name. Returns whether it is there. */
async function takeData(from: string, to: string, holder: PartialHolder): Promise<boolean> {
  try {
    // Tokens begin anew with an index that was lost.
    if (from === to) return (await stat(to)).isFile();
    // One who may still write into the old file can so harm only its own.
    if (holder.takenOver === 'expired') await copyFile(from, to, constants.COPYFILE_FICLONE);
    else await rename(from, to);
    await rm(from, { force: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
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
  readonly #writeBack: WriteBack;
  #etag: string | undefined;
  #dirty = false;
  #timer: NodeJS.Timeout;
  #saving: Promise<void> = Promise.resolve();
  #closed = false;
  #generation = 0;
  #change: PromiseWithResolvers<void> | undefined;

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
    this.#writeBack = new WriteBack(handle);
    this.#etag = etag;
    this.#timer = setInterval(() => void this.#save(), CHECKPOINT_MS);
    this.#timer.unref();
  }

  /** Opens what an earlier flight left, or begins anew. */
  static async open(
    folder: string,
    flightId: string,
    size: number,
    holder: PartialHolder,
  ): Promise<PartialFile> {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const path = join(folder, `${flightId}.${holder.token}.data`);
    const stored = await readPartialMap(folder, flightId);
    const usable = stored !== undefined && stored.size === size;
    const resumed = usable && (await takeData(join(folder, stored.data), path, holder));
    const handle = await open(path, resumed ? 'r+' : 'w+', 0o644);
    try {
      const { size: onDisk } = await handle.stat();
      await handle.truncate(size);
      const there = resumed ? stored.ranges : [];
      const ranges = there.map(({ start, end }) => ({ start, end: Math.min(end, onDisk, size) }));
      const partial = new PartialFile(
        path,
        join(folder, `${flightId}.json`),
        size,
        handle,
        new RangeMap(ranges),
        resumed ? stored.etag : undefined,
      );
      // From here on the map must name the data where it lies now.
      partial.#dirty = true;
      await partial.#save();
      return partial;
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
    this.#writeBack.note(end - start);
    this.announce();
  }

  /** Fails if the disk has refused bytes that were written before. To be called before the file is published. */
  settle(): Promise<void> {
    return this.#writeBack.settle();
  }

  /** Resolves when bytes were added, the file began anew, or something else was announced. */
  changed(): Promise<void> {
    this.#change ??= Promise.withResolvers<void>();
    return this.#change.promise;
  }

  /** Wakes whoever waits for a change. */
  announce(): void {
    this.#change?.resolve();
    this.#change = undefined;
  }

  /** Grows when the content begins anew. */
  get generation(): number {
    return this.#generation;
  }

  /** Forgets all content; the file stays open and empty. */
  async reset(): Promise<void> {
    this.#generation += 1;
    this.ranges.clear();
    this.etag = undefined;
    this.announce();
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
    await this.#closeHandle();
  }

  /** The data file was published or is worthless: closes, and removes what is left. */
  async discard(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#dirty = false;
    await this.#saving;
    await this.#closeHandle();
    await rm(this.#mapPath, { force: true });
    await rm(this.path, { force: true });
  }

  async #closeHandle(): Promise<void> {
    await this.#writeBack.settle().catch(() => {});
    await this.handle.close();
  }

  #save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      const map: StoredMap = {
        formatVersion: FORMAT_VERSION,
        data: basename(this.path),
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
