import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WriteBack } from '../spi/write-back.ts';
import { makeFolder } from '../util/make-folder.ts';
import { mapPathOf, type PartialMap, readPartialMap, writePartialMap } from './partial-map.ts';
import { RangeMap } from './range-map.ts';

const CHECKPOINT_MS = 250;

/** Who fetches: the fencing token makes the name of the data file, so that an earlier holder cannot touch it by name. */
export interface PartialHolder {
  readonly token: number;
  readonly takenOver?: 'dead' | 'expired';
}

function dataPath(folder: string, flightId: string, part: number | string): string {
  return join(folder, `${flightId}.${part}.data`);
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
  readonly size: number;
  readonly ranges: RangeMap;
  readonly handle: FileHandle;
  #path: string;
  /** Undefined for a {@link PartialFile.create copy}. */
  #mapPath: string | undefined;
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
    mapPath: string | undefined,
    size: number,
    handle: FileHandle,
    ranges: RangeMap,
    etag: string | undefined,
  ) {
    this.#path = path;
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
    await makeFolder(folder, 0o755);
    const path = dataPath(folder, flightId, holder.token);
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
        mapPathOf(folder, flightId),
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

  /** Begins a copy of what another process fetches. No map names it, so that no flight finds it unless it {@link become}s one. */
  static async create(folder: string, flightId: string, size: number): Promise<PartialFile> {
    await makeFolder(folder, 0o755);
    const path = dataPath(folder, flightId, `copy-${crypto.randomUUID()}`);
    const handle = await open(path, 'wx+', 0o644);
    try {
      await handle.truncate(size);
      return new PartialFile(path, undefined, size, handle, new RangeMap(), undefined);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The copy becomes the file of the flight, with what an earlier holder left in this folder. */
  async become(flightId: string, holder: PartialHolder, signal?: AbortSignal): Promise<void> {
    const folder = dirname(this.#path);
    const path = dataPath(folder, flightId, holder.token);
    const stored = await readPartialMap(folder, flightId);
    if (stored !== undefined) await this.#takeFrom(join(folder, stored.data), stored, signal);
    await rename(this.#path, path);
    this.#path = path;
    this.#mapPath = mapPathOf(folder, flightId);
    this.#dirty = true;
    await this.#save();
    if (stored !== undefined && stored.data !== basename(path))
      await rm(join(folder, stored.data), { force: true });
  }

  async #takeFrom(
    path: string,
    stored: PartialMap,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const isAnother = this.#etag !== undefined && stored.etag !== this.#etag;
    if (stored.size !== this.size || isAnother) return;
    // Only on shared stores, and seldom there.
    const { takeRanges } = await import('./take-ranges.ts');
    await takeRanges(path, stored.ranges, this, signal);
    this.#etag = stored.etag;
  }

  get path(): string {
    return this.#path;
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

  /** Closes and keeps what is there for a later flight; a copy is removed. */
  async close(): Promise<void> {
    if (this.#mapPath === undefined) return this.discard();
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
    if (this.#mapPath !== undefined) await rm(this.#mapPath, { force: true });
    await rm(this.path, { force: true });
  }

  async #closeHandle(): Promise<void> {
    await this.#writeBack.settle().catch(() => {});
    await this.handle.close();
  }

  #save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      const mapPath = this.#mapPath;
      if (!this.#dirty || mapPath === undefined) return;
      this.#dirty = false;
      // A checkpoint that cannot be written only costs a later flight some bytes.
      await writePartialMap(mapPath, {
        data: basename(this.path),
        size: this.size,
        etag: this.#etag,
        ranges: this.ranges.toArray(),
      }).catch(() => {});
    });
    return this.#saving;
  }
}
