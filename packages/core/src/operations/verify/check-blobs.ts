import { newestToken } from '../../leases/newest-token.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { BlobRecord } from '../../spi/metadata-store.ts';
import type { Digest, GitOid } from '../../spi/model.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { hashObject, isReadFailure } from './hash-object.ts';
import type { BadBlob, Finding, Place, VerifyRun } from './verify-run.ts';

const AT_ONCE_READING = 8;
const AT_ONCE_LOOKING = 32;
/** A blob that is stored anew while it is read is read again. */
const MAX_READS = 3;

interface Content {
  readonly digest: Digest;
  readonly size: number;
  readonly gitOid: GitOid | undefined;
  /** For progress. */
  readonly path: string;
}

/** Checks contents, each once however many snapshots hold it, and remembers what is wrong. */
export class BlobChecker {
  readonly bad: Map<Digest, BadBlob> = new Map();
  readonly #run: VerifyRun;
  readonly #seen = new Set<Digest>();
  #bytes = 0;

  constructor(run: VerifyRun) {
    this.#run = run;
  }

  /** Contents checked so far. */
  get files(): number {
    return this.#seen.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  has(digest: Digest): boolean {
    return this.#seen.has(digest);
  }

  async checkPlaces(places: readonly Place[]): Promise<void> {
    const fresh = new Map<Digest, Content>();
    for (const { file } of places) {
      const { digest, size, gitOid, path } = file;
      if (digest !== undefined && !this.#seen.has(digest))
        fresh.set(digest, { digest, size, gitOid, path });
    }
    await this.#check([...fresh.values()]);
    for (const place of places) {
      const { digest } = place.file;
      if (digest === undefined) continue;
      const known = this.bad.get(digest)?.places;
      // One name a snapshot is enough to find it by.
      if (known?.every(({ snapshot }) => snapshot !== place.snapshot)) known.push(place);
    }
  }

  /** Blobs that no snapshot refers to. */
  async checkRecords(
    records: readonly BlobRecord[],
    pathOf: (digest: Digest) => string,
  ): Promise<void> {
    await this.#check(
      records
        .filter(({ digest }) => !this.#seen.has(digest))
        .map(({ digest, size, gitOid }) => ({ digest, size, gitOid, path: pathOf(digest) })),
    );
  }

  async #note(proved: readonly BlobRecord[], since: number): Promise<void> {
    try {
      await this.#run.ctx.metadata.putBlobs(proved, { since });
    } catch (error) {
      // What can only be read can be proved all the same.
      if (!isModelkeepError(error, 'storage-failed')) throw error;
    }
  }

  async #check(contents: readonly Content[]): Promise<void> {
    const { ctx, full, signal, progress } = this.#run;
    const since = newestToken(ctx.metadata);
    const records = await ctx.metadata.getBlobs(contents.map(({ digest }) => digest));
    const proved: BlobRecord[] = [];
    await forEachLimit(contents, full ? AT_ONCE_READING : AT_ONCE_LOOKING, async (content) => {
      signal?.throwIfAborted();
      const { digest, size, path } = content;
      const result = await inspectBlob(this.#run, content, records.get(digest));
      if ('kind' in result) this.bad.set(digest, { digest, size, finding: result, places: [] });
      else if (full) proved.push(result);
      this.#seen.add(digest);
      this.#bytes += size;
      progress.fileDone(path, size);
    });
    if (proved.length > 0) await this.#note(proved, since);
  }
}

/** What is wrong with a content, or its record as it is now. */
export async function inspectBlob(
  run: VerifyRun,
  content: Content,
  record: BlobRecord | undefined,
): Promise<Finding | BlobRecord> {
  const { ctx, full, signal, progress } = run;
  const { digest, size, path } = content;
  for (let read = 1; ; read += 1) {
    try {
      const object = await ctx.blobs.stat(digest);
      if (object === undefined) return { kind: 'blob-missing', expected: digest };
      if (!full) return compare(object, size, record);
      const found = await hashObject(ctx, digest, object.size, {
        signal,
        onProgress: (position) => progress.update(path, Math.min(position, size), size),
      });
      const { receipt } = object;
      const replaced = (await ctx.blobs.stat(digest))?.receipt !== receipt;
      if (replaced && read < MAX_READS) continue;
      if (found === digest) {
        const gitOid = record?.gitOid ?? content.gitOid;
        const base = { digest, size: object.size, receipt, verifiedAt: Date.now() };
        return gitOid === undefined ? base : { ...base, gitOid };
      }
      return { kind: 'blob-damaged', expected: digest, found };
    } catch (error) {
      signal?.throwIfAborted();
      if (!isReadFailure(error)) throw error;
      const gone = await ctx.blobs.stat(digest).then(
        (object) => object === undefined,
        () => false,
      );
      if (gone) return { kind: 'blob-missing', expected: digest };
      return { kind: 'blob-damaged', expected: digest, found: error.message };
    }
  }
}

function compare(
  object: { readonly size: number; readonly receipt: string },
  size: number,
  record: BlobRecord | undefined,
): Finding | BlobRecord {
  if (object.size !== size)
    return { kind: 'blob-damaged', expected: `${size} bytes`, found: `${object.size} bytes` };
  if (record === undefined) return { kind: 'blob-unknown', found: object.receipt };
  if (record.receipt !== object.receipt)
    return { kind: 'receipt-changed', expected: record.receipt, found: object.receipt };
  return record;
}
