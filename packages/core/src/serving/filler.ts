import { isRefusal } from '../blobs/is-refusal.ts';
import type { CoreContext } from '../context.ts';
import { SMALL_FILE_BYTES } from '../fetch/fetch-small.ts';
import { type FetchTarget, flightId } from '../fetch/fetch-target.ts';
import { beginIngest, type Ingest } from '../leases/ingest.ts';
import { hasQuota, quotaOf } from '../leases/room-need.ts';
import { modelRef } from '../names/model-name.ts';
import { requireConnection } from '../operations/choose-connection.ts';
import { addedContents } from '../operations/pull/added-contents.ts';
import { makeEntry } from '../operations/pull/make-entry.ts';
import { storeSnapshot } from '../operations/store-snapshot.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import type { Entry, Snapshot, SnapshotFile } from '../spi/model.ts';
import { createBatcher } from '../util/batcher.ts';
import { LruMap } from '../util/lru-map.ts';
import { BINDINGS, type Binding, bindingId, fromRecord } from './binding.ts';
import type { Listing } from './listings.ts';

/** What a file that is filled belongs to. */
export interface FillTarget {
  readonly modelId: string;
  readonly binding: Binding;
  readonly listing: Listing;
}

interface Filled {
  readonly file: SnapshotFile;
  readonly record: BlobRecord;
}

/** The files of one commit that are being fetched by use. */
interface Session {
  readonly ingest: Promise<Ingest>;
  readonly store: (filled: Filled) => Promise<void>;
  open: number;
}

/** A file on its way into its model. */
interface Filling {
  /** Resolves when it is part of the model. */
  readonly stored: Promise<void>;
  /** Where a quota may refuse it: resolves when it does not, fails with `no-space` if it does. */
  readonly admitted: Promise<void> | undefined;
}

/** Paths that a snapshot has. */
interface Kept {
  readonly paths: Promise<Set<string>>;
  /** By `performance.now()`: from then on it is looked up anew, as the model may have been removed by anybody. */
  readonly until: number;
}

const REMEMBERED = 500;
const REMEMBERED_MS = 60_000;

function keyOf({ modelId, binding }: FillTarget): string {
  return `${modelId}@${binding.resolved.commit}`;
}

/** Keeps what is used: fetches a file to its end, whoever leaves meanwhile, and makes it part of its model. */
export class Filler {
  readonly #ctx: CoreContext;
  readonly #sessions = new Map<string, Session>();
  /** Files that are being filled: however many ask, one reserves the room and stores it. */
  readonly #filling = new Map<string, Filling>();
  /** Paths that the snapshots used last have, so that a warm read needs no look-up. */
  readonly #kept = new LruMap<string, Kept>(REMEMBERED);

  constructor(ctx: CoreContext) {
    this.#ctx = ctx;
  }

  /** Fetches a file to its end and makes it part of the model. Fails with `no-space` before the first byte. */
  fill(target: FillTarget, file: SnapshotFile, remote: FetchTarget): Filling {
    const key = `${keyOf(target)} ${file.path}`;
    const running = this.#filling.get(key);
    if (running !== undefined) return running;
    const filling = this.#fill(target, file, remote);
    this.#filling.set(key, filling);
    const over = (): void => void this.#filling.delete(key);
    filling.stored.then(over, over);
    return filling;
  }

  #fill(target: FillTarget, file: SnapshotFile, remote: FetchTarget): Filling {
    const isLarge = file.size > SMALL_FILE_BYTES;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stored = this.#inSession(target, async (session) => {
      const { connection } = target.binding;
      const contents = [{ id: flightId(file), bytes: file.size }];
      await using room = isLarge
        ? await beginIngest(this.#ctx, file.size, { connection, contents })
        : undefined;
      resolve();
      const record = await this.#ctx.fetcher.fetch(remote);
      // What is noted counts as stored; for its connection it does once its model has it.
      room?.setRemaining(0);
      await session.store({ file, record });
    });
    const isLimited = isLarge && hasQuota(this.#ctx, target.binding.connection);
    stored.catch((error: unknown) => {
      reject(error);
      const { modelId } = target;
      // That a quota lets nothing more in is no failure.
      if (isRefusal(error) && !('quotaBytes' in error.details))
        this.#ctx.unkept.tell({ modelId, path: file.path, error });
    });
    promise.catch(() => {});
    return { stored, admitted: isLimited ? promise : undefined };
  }

  /** Whether the file was fetched as a part of this model. */
  async has(target: FillTarget, path: string): Promise<boolean> {
    return (await this.#keptPaths(target)).has(path);
  }

  /** Content that is here already, perhaps for another model or commit, becomes part of this one too. Fails with `no-space` if the quota of the connection is full. */
  async keep(target: FillTarget, file: SnapshotFile, record: BlobRecord): Promise<void> {
    const kept = await this.#keptPaths(target);
    if (kept.has(file.path)) return;
    kept.add(file.path);
    await this.#inSession(target, async (session) => {
      await using _room = await this.#roomBeside(target, file, record);
      await session.store({ file, record });
    });
  }

  /** Room for what is here, but perhaps not through this connection. */
  async #roomBeside(
    { binding: { connection } }: FillTarget,
    file: SnapshotFile,
    record: BlobRecord,
  ): Promise<Ingest | undefined> {
    const isLimited = quotaOf(this.#ctx, connection) !== undefined;
    if (!isLimited || file.size <= SMALL_FILE_BYTES) return undefined;
    const records = new Map([[flightId(file), record]]);
    const contents = await addedContents(this.#ctx, connection, [file], records);
    return beginIngest(this.#ctx, 0, { connection, contents });
  }

  async #inSession(target: FillTarget, work: (session: Session) => Promise<void>): Promise<void> {
    const key = keyOf(target);
    const session = this.#sessions.get(key) ?? this.#open(key, target);
    session.open += 1;
    try {
      await session.ingest;
      await work(session);
    } finally {
      session.open -= 1;
      if (session.open === 0) {
        this.#sessions.delete(key);
        await (await session.ingest)[Symbol.asyncDispose]();
      }
    }
  }

  #keptPaths(target: FillTarget): Promise<Set<string>> {
    const key = keyOf(target);
    const known = this.#kept.get(key);
    if (known !== undefined && performance.now() < known.until) return known.paths;
    const { modelId, binding } = target;
    const paths = this.#ctx.metadata
      .getSnapshot(modelId, binding.resolved.commit)
      .then((snapshot) => new Set(snapshot?.files.map(({ path }) => path)));
    paths.catch(() => this.#kept.delete(key));
    this.#kept.set(key, { paths, until: performance.now() + REMEMBERED_MS });
    return paths;
  }

  #open(key: string, target: FillTarget): Session {
    const ingest = beginIngest(this.#ctx, 0, { modelId: target.modelId });
    ingest.catch(() => {});
    const store = createBatcher<Filled, void>(async (filled) => {
      await this.#store(target, filled, await ingest);
      return filled.map(() => undefined);
    });
    const session: Session = { ingest, store, open: 0 };
    this.#sessions.set(key, session);
    return session;
  }

  async #store(target: FillTarget, all: readonly Filled[], ingest: Ingest): Promise<void> {
    const { modelId, binding, listing } = target;
    const { commit } = binding.resolved;
    const filled = [...new Map(all.map((one) => [one.file.path, one])).values()];
    const files = filled.map(({ file, record }) => ({ ...file, digest: record.digest }));
    const kept = new Set(files.map(({ path }) => path));
    const snapshot: Snapshot = {
      modelId,
      commit,
      derived: false,
      files,
      omitted: listing.files.filter(({ path }) => !kept.has(path)),
      createdAt: Date.now(),
    };
    const { missing } = await storeSnapshot(
      this.#ctx,
      snapshot,
      () => this.#entry(target, snapshot),
      ingest,
    );
    if (missing.length === 0) return;
    // A garbage collection came between: those are fetched again when they are asked for again.
    const gone = new Set(missing);
    const rest = filled.filter(({ record }) => !gone.has(record.digest));
    if (rest.length > 0 && rest.length < filled.length) await this.#store(target, rest, ingest);
  }

  /** The entry that shows the commit, or undefined while an older snapshot has more of what is used, or the branch has moved on. */
  async #entry(target: FillTarget, snapshot: Snapshot): Promise<Entry | undefined> {
    const { modelId, binding, listing } = target;
    const { metadata, user } = this.#ctx;
    const ref = modelRef(modelId, binding.revision);
    const before = await metadata.getEntry(ref.key);
    const known = await metadata.getSnapshot(modelId, snapshot.commit);
    const files = [...(known?.files ?? []), ...snapshot.files];
    if (before !== undefined && before.commit !== snapshot.commit) {
      const here = new Set(files.map(({ path }) => path));
      const old = await metadata.getSnapshot(modelId, before.commit);
      const lacks = old?.files.some(({ path }) => listing.byPath.has(path) && !here.has(path));
      if (lacks === true || !(await this.#isNewest(target))) return undefined;
    }
    return makeEntry(
      this.#ctx,
      ref,
      binding.resolved,
      { ...snapshot, files },
      binding.connection,
      user,
    );
  }

  /** Whether the branch means this commit still. Only the source knows: others may have moved the entry since it was asked. */
  async #isNewest({ modelId, binding }: FillTarget): Promise<boolean> {
    const { revision, resolved, connection } = binding;
    const last = await this.#ctx.metadata.getRecord(BINDINGS, bindingId(modelId, revision));
    if (last !== undefined && fromRecord(last.value).resolved.commit !== resolved.commit)
      return false;
    const { source } = requireConnection(this.#ctx, connection);
    const newest = await source.resolve(modelId, revision).catch(() => undefined);
    return newest?.commit === resolved.commit;
  }
}
