import type { CacheEventListener } from '../../api/events.ts';
import type { Connection } from '../../api/options.ts';
import type { CoreContext } from '../../context.ts';
import { SMALL_FILE_BYTES } from '../../fetch/fetch-small.ts';
import type { Ingest } from '../../leases/ingest.ts';
import type { BlobRecord } from '../../spi/metadata-store.ts';
import type { ResolvedModel } from '../../spi/model-source.ts';
import { forEachLimit, Places } from '../../util/concurrency.ts';
import type { Progress } from '../../util/progress.ts';
import type { NeededBlob } from './plan-blobs.ts';

/** Large files that bytes come for at once: they share the connections that pay; a second one hides the end of the first. */
const LARGE_AT_ONCE = 2;
/** Large files at once, with those whose bytes are here and are being proved and stored: nothing comes for them meanwhile. */
const LARGE_IN_ALL = 4;
/** Small files at once wait for their leases and records together; what they hold in memory meanwhile stays below this. */
const SMALL_BYTES_AT_ONCE = 64 * 1024 * 1024;
const MOST_SMALL_AT_ONCE = 512;

export interface FetchJob {
  readonly connection: Connection;
  readonly resolved: ResolvedModel;
  readonly ingest: Ingest;
  readonly progress: Progress;
  readonly onEvent: CacheEventListener;
  readonly signal: AbortSignal | undefined;
}

export interface FetchedFigures {
  bytes: number;
  files: number;
}

function smallAtOnce(blobs: readonly NeededBlob[], parallel: number): number {
  const largest = blobs.reduce((most, { file }) => Math.max(most, file.size), 1);
  return Math.max(parallel, Math.min(MOST_SMALL_AT_ONCE, SMALL_BYTES_AT_ONCE / largest));
}

/** Fetches contents side by side: small files in their own line, so that large ones do not hold them up. */
export async function fetchBlobs(
  ctx: CoreContext,
  needed: readonly NeededBlob[],
  job: FetchJob,
  store: (id: string, record: BlobRecord) => void,
): Promise<FetchedFigures> {
  const figures: FetchedFigures = { bytes: 0, files: 0 };
  const stop = new AbortController();
  const signal =
    job.signal === undefined ? stop.signal : AbortSignal.any([job.signal, stop.signal]);
  let remaining = needed.reduce((sum, { file, partialBytes }) => sum + file.size - partialBytes, 0);

  async function fetchOne(blob: NeededBlob, onArrived?: () => void): Promise<void> {
    let received = 0;
    const { path, size } = blob.file;
    const record = await ctx.fetcher.fetch(
      {
        source: job.connection.source,
        modelId: job.resolved.modelId,
        commit: job.resolved.commit,
        file: blob.file,
      },
      {
        signal,
        replace: blob.replace,
        onProgress: (doneBytes) => {
          job.progress.update(path, doneBytes, size);
          if (doneBytes === size) onArrived?.();
        },
        onReceived: (bytes) => {
          received += bytes;
          figures.bytes += bytes;
        },
        onRetry: job.onEvent,
      },
    );
    if (received > 0) figures.files += 1;
    remaining -= size - blob.partialBytes;
    job.ingest.setRemaining(remaining);
    job.progress.fileDone(path, size);
    store(blob.id, record);
  }

  async function fetchOrStop(blob: NeededBlob, onArrived?: () => void): Promise<void> {
    try {
      await fetchOne(blob, onArrived);
    } catch (error) {
      // One file that cannot be had ends the others; what they have stays resumable.
      stop.abort(error);
      throw error;
    }
  }

  const small = needed.filter(({ file }) => file.size <= SMALL_FILE_BYTES);
  const large = needed.filter(({ file }) => file.size > SMALL_FILE_BYTES);
  const arriving = new Places(LARGE_AT_ONCE);
  const settled = await Promise.allSettled([
    forEachLimit(small, smallAtOnce(small, ctx.fetcher.parallel), (blob) => fetchOrStop(blob)),
    forEachLimit(large, LARGE_IN_ALL, async (blob) => {
      const leave = await arriving.take();
      await fetchOrStop(blob, leave).finally(leave);
    }),
  ]);
  job.signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
  return figures;
}
