import { randomUUID } from 'node:crypto';
import { chmod, link, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaidOut } from '../hub-layout/note-laid-out.ts';
import type { Digest, SnapshotFile } from '../spi/model.ts';
import { partialFolder } from '../staging/partial-folder.ts';
import { LruMap } from '../util/lru-map.ts';
import { makeFolder } from '../util/make-folder.ts';
import { syncFile } from '../util/sync-file.ts';
import { allInUse, GRACE_MS, tooLarge } from './no-room.ts';
import { planEviction } from './plan-eviction.ts';
import { makeTierFolder, readTier, statTierFile, type TierFile, tierPath } from './tier-files.ts';

/** How exactly a use is noted. */
const RESOLUTION_MS = 60_000;
/** Once room is made, so much of all is made: looking at the whole disk takes its time. */
const LOW_WATER = 0.9;
/** What this process may add before it looks at what others have added. */
const BLIND_SHARE = 0.05;
const REMEMBERED = 10_000;
/** Contents that are brought here at once because they are read often. */
const MOST_AT_ONCE = 2;

export interface LocalTierOptions {
  readonly workspace: string;
  /** Bytes that contents and checkouts may take together. */
  readonly maxBytes: number;
  /** Writes the content to a new file at `path`, proved. */
  readonly fetch: (digest: Digest, size: number, path: string) => Promise<void>;
  /** Removes a checkout, unless it was used after `usedBefore` or somebody is at work on its model. Returns whether it went. */
  readonly evictCheckout: (checkout: LaidOut, usedBefore: number) => Promise<boolean>;
  readonly background: (work: Promise<unknown>) => void;
}

/**
 * The part of a store that lies elsewhere which is on this machine's disk: what is read often, and what is laid out. The
 * contents that nobody used for longest go when there is no more room. Other processes may use the same folder.
 */
export class LocalTier {
  readonly #options: LocalTierOptions;
  readonly #files = new Map<Digest, TierFile>();
  readonly #reads = new LruMap<Digest, true>(REMEMBERED);
  readonly #coming = new Map<Digest, Promise<string>>();
  #bytes = 0;
  #reservedBytes = 0;
  #addedBytes = 0;
  #looking: Promise<unknown> | undefined;

  constructor(options: LocalTierOptions) {
    this.#options = options;
  }

  /** Path of a content that is here, if this process knows of it. Counts as a use. One of another size is none, and goes. */
  pathOf(digest: Digest, size: number): string | undefined {
    const file = this.#files.get(digest);
    if (file === undefined) {
      if (this.#looking === undefined) this.#options.background(this.#look(0));
      return undefined;
    }
    if (file.size !== size) {
      this.#options.background(this.#isHere(digest, size));
      return undefined;
    }
    const path = tierPath(this.#options.workspace, digest);
    const now = Date.now();
    if (now - file.usedAt >= RESOLUTION_MS) {
      this.#files.set(digest, { ...file, usedAt: now });
      // Gone by now: whoever opens it finds that out.
      this.#options.background(utimes(path, now / 1000, now / 1000));
    }
    return path;
  }

  /** Notes a read that was not served from here: what is read a second time is brought here. */
  noteRead(digest: Digest, size: number): void {
    if (this.#reads.get(digest) === undefined) {
      this.#reads.set(digest, true);
      return;
    }
    const isFull = this.#coming.size >= MOST_AT_ONCE && !this.#coming.has(digest);
    if (!isFull && size <= this.#options.maxBytes)
      this.#options.background(this.bring(digest, size));
  }

  /** The path of a content, which is brought here if it is not. Fails with `no-space`. */
  bring(digest: Digest, size: number): Promise<string> {
    const coming = this.#coming.get(digest);
    if (coming !== undefined) return coming;
    const bringing = this.#bring(digest, size).finally(() => this.#coming.delete(digest));
    this.#coming.set(digest, bringing);
    return bringing;
  }

  /** Makes room for `missing` bytes, which are a part of `all`. Fails with `no-space`. */
  async makeRoom(missing: number, all: number = missing): Promise<void> {
    const { maxBytes } = this.#options;
    if (all > maxBytes) throw tooLarge(all, maxBytes);
    (await this.#reserve(missing))();
  }

  /** Makes room for those of `files` that are not here. Fails with `no-space`, before anything is fetched. */
  async makeRoomFor(files: readonly SnapshotFile[]): Promise<void> {
    const sizes = new Map(files.map(({ digest, size }) => [digest ?? '', size]));
    let missing = 0;
    let all = 0;
    for (const [digest, size] of sizes) {
      all += size;
      const found = await statTierFile(this.#options.workspace, digest);
      if (found?.size !== size) missing += size;
    }
    await this.makeRoom(missing, all);
  }

  /** Publishes a proved file by `publish`, which may take it away, and keeps its content here if there is room. */
  async keepFile<Result>(
    digest: Digest,
    { path, size }: { readonly path: string; readonly size: number },
    publish: () => Promise<Result>,
  ): Promise<Result> {
    const release = await this.#reserve(size).catch(() => undefined);
    const held = await this.#temporaryPath();
    const isHeld = release !== undefined && (await done(link(path, held)));
    try {
      const result = await publish();
      // Content that is not kept here is read from elsewhere.
      if (isHeld) await done(this.#place(held, digest, size));
      return result;
    } finally {
      release?.();
      await rm(held, { force: true });
    }
  }

  /** The same for content in memory, once it was published. */
  async keepBytes(digest: Digest, bytes: Uint8Array): Promise<void> {
    const release = await this.#reserve(bytes.byteLength).catch(() => undefined);
    if (release === undefined) return;
    const held = await this.#temporaryPath();
    try {
      if (await done(writeFile(held, bytes)))
        await done(this.#place(held, digest, bytes.byteLength));
    } finally {
      release();
      await rm(held, { force: true });
    }
  }

  /** Puts a content that is fetched anew in the place of a damaged one. Fails with `no-space`. */
  async renew(digest: Digest, size: number): Promise<void> {
    const release = (await this.#isHere(digest, size)) ? undefined : await this.#reserve(size);
    const temporary = await this.#temporaryPath();
    try {
      await this.#options.fetch(digest, size, temporary);
      // As late as this: whoever looks meanwhile may have linked the damaged one from a checkout.
      await this.#remove(digest);
      await this.#place(temporary, digest, size);
    } finally {
      release?.();
      await rm(temporary, { force: true });
    }
  }

  /** Forgets contents that are no longer stored. */
  async drop(digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) await this.#remove(digest);
  }

  async #bring(digest: Digest, size: number): Promise<string> {
    const { workspace, fetch } = this.#options;
    const path = tierPath(workspace, digest);
    if (await this.#isHere(digest, size)) return path;
    const release = await this.#reserve(size);
    const temporary = await this.#temporaryPath();
    try {
      // Making room brings in what only a checkout had.
      if (await this.#isHere(digest, size)) return path;
      await fetch(digest, size, temporary);
      await this.#place(temporary, digest, size);
      return path;
    } finally {
      release();
      await rm(temporary, { force: true });
    }
  }

  /** Whether the content is here by now, whoever brought it. One of another size goes: a power cut may have cut it short. */
  async #isHere(digest: Digest, size: number): Promise<boolean> {
    const found = await statTierFile(this.#options.workspace, digest);
    if (found?.size === size) this.#add(digest, found);
    else if (found !== undefined) await this.#remove(digest);
    return found?.size === size;
  }

  async #place(temporary: string, digest: Digest, size: number): Promise<void> {
    const { workspace } = this.#options;
    // A second inode of the same content would not be counted.
    if (await this.#isHere(digest, size)) return;
    // The name may outlast a power cut that the bytes do not.
    await syncFile(temporary);
    await chmod(temporary, 0o444);
    await makeTierFolder(workspace, digest);
    await rename(temporary, tierPath(workspace, digest));
    this.#add(digest, { size, usedAt: Date.now() });
    // Another process may have added as much at the same time.
    if (this.#isBlind) this.#options.background(this.#look(0));
  }

  /** Whether it is time to look at what others have added. */
  get #isBlind(): boolean {
    return this.#looking === undefined || this.#addedBytes > this.#options.maxBytes * BLIND_SHARE;
  }

  #add(digest: Digest, file: TierFile): void {
    if (!this.#files.has(digest)) {
      this.#bytes += file.size;
      this.#addedBytes += file.size;
    }
    this.#files.set(digest, file);
  }

  async #remove(digest: Digest): Promise<void> {
    await rm(tierPath(this.#options.workspace, digest), { force: true });
    this.#bytes -= this.#files.get(digest)?.size ?? 0;
    this.#files.delete(digest);
  }

  /** Sets room aside, until what is returned is called. */
  async #reserve(bytes: number): Promise<() => void> {
    const { maxBytes } = this.#options;
    if (bytes > maxBytes) throw tooLarge(bytes, maxBytes);
    const lacks = (): boolean => this.#bytes + this.#reservedBytes + bytes > maxBytes;
    if (this.#isBlind || lacks()) await this.#look(bytes);
    if (lacks()) throw allInUse(bytes, maxBytes);
    this.#reservedBytes += bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.#reservedBytes -= bytes;
      isHeld = false;
    };
  }

  /** Looks at what is on the disk, and removes what has to go for `bytes` more. One after the other. */
  #look(bytes: number): Promise<void> {
    const looking = Promise.resolve(this.#looking)
      .catch(() => {})
      .then(() => this.#trim(bytes));
    this.#looking = looking;
    return looking;
  }

  async #trim(bytes: number): Promise<void> {
    const { workspace, maxBytes, evictCheckout } = this.#options;
    const content = await readTier(workspace);
    this.#files.clear();
    for (const [digest, file] of content.files) this.#files.set(digest, file);
    this.#bytes = [...content.files.values()].reduce((sum, { size }) => sum + size, 0);
    this.#addedBytes = 0;
    const goal = maxBytes * LOW_WATER - this.#reservedBytes - bytes;
    if (this.#bytes + this.#reservedBytes + bytes <= maxBytes) return;
    const usedBefore = Date.now() - GRACE_MS;
    const outcomes = new Map<LaidOut, Promise<boolean>>();
    for (const { digest, checkouts } of planEviction(content, usedBefore)) {
      if (this.#bytes <= goal) return;
      let isFree = true;
      for (const checkout of checkouts) {
        const gone = outcomes.get(checkout) ?? evictCheckout(checkout, usedBefore);
        outcomes.set(checkout, gone);
        isFree = (await gone.catch(() => false)) && isFree;
      }
      if (isFree) await this.#remove(digest);
    }
  }

  async #temporaryPath(): Promise<string> {
    const folder = partialFolder(this.#options.workspace);
    await makeFolder(folder, 0o755);
    return join(folder, `checkout-${randomUUID()}`);
  }
}

/** Whether it worked. */
async function done(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
