import type { CoreContext } from '../context.ts';
import { checkSourcePath } from '../names/file-path.ts';
import { requireConnection } from '../operations/choose-connection.ts';
import { listedFile } from '../snapshots/listed-file.ts';
import { byPath } from '../snapshots/manifest.ts';
import type { JsonValue } from '../spi/metadata-store.ts';
import type { SnapshotFile } from '../spi/model.ts';
import type { RemoteFile } from '../spi/model-source.ts';
import { LruMap } from '../util/lru-map.ts';
import type { Binding } from './binding.ts';

/** Collection of listings among the store's records. */
export const LISTINGS = 'listings';
const REMEMBERED = 500;

/** The files of one commit, by path. Never changes. */
export interface Listing {
  readonly files: readonly SnapshotFile[];
  readonly byPath: ReadonlyMap<string, SnapshotFile>;
  /** True if the commit's id was derived from the content. */
  readonly derived: boolean;
}

function listingId(modelId: string, commit: string): string {
  return `${modelId.toLowerCase()}@${commit}`;
}

function listing(files: readonly SnapshotFile[], derived = false): Listing {
  const sorted = files.toSorted(byPath);
  return { files: sorted, byPath: new Map(sorted.map((file) => [file.path, file])), derived };
}

/** Knows which files a commit has: from its snapshot, from what was listed before, or from the source. */
export class Listings {
  readonly #ctx: CoreContext;
  readonly #known = new LruMap<string, Promise<Listing>>(REMEMBERED);

  constructor(ctx: CoreContext) {
    this.#ctx = ctx;
  }

  /** Takes over what a source told without being asked for it. */
  async keep(modelId: string, commit: string, files: readonly RemoteFile[]): Promise<void> {
    const id = listingId(modelId, commit);
    if (this.#known.get(id) !== undefined) return;
    const { metadata } = this.#ctx;
    if ((await metadata.getSnapshot(modelId, commit)) !== undefined) return;
    const noting = this.#note(id, modelId, files);
    this.#known.set(id, noting);
    noting.catch(() => this.#known.delete(id));
    await noting;
  }

  /** `binding` says which connection to ask; without one only what is here is looked at. */
  get(modelId: string, commit: string, binding: Binding | undefined): Promise<Listing> {
    const id = listingId(modelId, commit);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const finding = this.#find(id, modelId, commit, binding);
    this.#known.set(id, finding);
    finding.catch(() => this.#known.delete(id));
    return finding;
  }

  async #find(
    id: string,
    modelId: string,
    commit: string,
    binding: Binding | undefined,
  ): Promise<Listing> {
    const { metadata } = this.#ctx;
    const snapshot = await metadata.getSnapshot(modelId, commit);
    if (snapshot !== undefined) {
      return listing([...snapshot.files, ...snapshot.omitted], snapshot.derived);
    }
    const record = await metadata.getRecord(LISTINGS, id);
    if (record !== undefined) return listing(record.value as unknown as SnapshotFile[]);
    if (binding === undefined) return listing([]);
    const { source } = requireConnection(this.#ctx, binding.connection);
    const files = await Array.fromAsync(source.listFiles(binding.resolved.modelId, commit));
    return this.#note(id, modelId, files);
  }

  async #note(id: string, modelId: string, files: readonly RemoteFile[]): Promise<Listing> {
    for (const { path } of files) checkSourcePath(path, modelId);
    const listed = listing(files.map(listedFile));
    await this.#ctx.metadata.putRecord(LISTINGS, id, listed.files as unknown as JsonValue);
    return listed;
  }
}
