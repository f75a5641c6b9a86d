import type { CoreContext } from '../context.ts';
import type { Digest } from '../spi/model.ts';
import { deleteBlobs } from './delete-blobs.ts';

const BATCH = 500;

interface Tally {
  count: number;
  bytes: number;
}

/** Deletes blobs that nothing refers to, many at once, and counts them. */
export class BlobCollector {
  readonly deleted: Tally = { count: 0, bytes: 0 };
  /** What a flight under way may still use. */
  readonly kept: Tally = { count: 0, bytes: 0 };
  readonly #ctx: CoreContext;
  readonly #notedBefore: number;
  readonly #dryRun: boolean;
  readonly #sizes = new Map<Digest, number>();

  /** `notedBefore`: blobs noted later stay. */
  constructor(ctx: CoreContext, notedBefore: number, dryRun: boolean) {
    this.#ctx = ctx;
    this.#notedBefore = notedBefore;
    this.#dryRun = dryRun;
  }

  async add(digest: Digest, size: number): Promise<void> {
    this.#sizes.set(digest, size);
    if (this.#sizes.size >= BATCH) await this.flush();
  }

  keep(bytes: number): void {
    add(this.kept, bytes);
  }

  async flush(): Promise<void> {
    const sizes = this.#sizes;
    const digests = [...sizes.keys()];
    const deleted = this.#dryRun
      ? digests
      : await deleteBlobs(this.#ctx, digests, this.#notedBefore);
    for (const digest of deleted) {
      add(this.deleted, sizes.get(digest) ?? 0);
      sizes.delete(digest);
    }
    for (const bytes of sizes.values()) add(this.kept, bytes);
    sizes.clear();
  }
}

function add(tally: Tally, bytes: number): void {
  tally.count += 1;
  tally.bytes += bytes;
}

/** Blobs with a record that no snapshot refers to. */
export async function collectUnreferenced(
  ctx: CoreContext,
  notedBefore: number,
  signal: AbortSignal | undefined,
  dryRun = false,
): Promise<BlobCollector> {
  const collector = new BlobCollector(ctx, notedBefore, dryRun);
  for await (const { digest, size, referenced } of ctx.metadata.listBlobs()) {
    signal?.throwIfAborted();
    if (!referenced) await collector.add(digest, size);
  }
  await collector.flush();
  return collector;
}
