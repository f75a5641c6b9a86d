import type { CoreContext } from '../../context.ts';
import { presentBlobs } from '../../fetch/claims.ts';
import { SMALL_FILE_BYTES } from '../../fetch/fetch-small.ts';
import { flightId } from '../../fetch/fetch-target.ts';
import { readPartialMap } from '../../fetch/partial-map.ts';
import type { BlobRecord } from '../../spi/metadata-store.ts';
import type { RemoteFile } from '../../spi/model-source.ts';
import { partialFolder } from '../../staging/partial-folder.ts';
import { forEachLimit } from '../../util/concurrency.ts';

const PARALLEL = 64;

/** One content that is not here. Files of equal content share it. */
export interface NeededBlob {
  readonly id: string;
  readonly file: RemoteFile;
  /** There is a record, but the storage has lost the object. */
  readonly replace: boolean;
  /** Bytes that an earlier flight left. */
  readonly partialBytes: number;
}

export interface BlobPlan {
  /** Records of the contents that are here, by flight id. Grows as others are fetched. */
  readonly records: Map<string, BlobRecord>;
  readonly needed: readonly NeededBlob[];
}

/** Looks up which contents are here and which are to be fetched. */
export async function planBlobs(ctx: CoreContext, files: readonly RemoteFile[]): Promise<BlobPlan> {
  const byId = new Map(files.map((file) => [flightId(file), file]));
  const known = await presentBlobs(ctx.metadata, [...byId.keys()]);
  const records = new Map<string, BlobRecord>();
  const needed: NeededBlob[] = [];
  await forEachLimit(byId, PARALLEL, async ([id, file]) => {
    const record = known.get(id);
    // Somebody may have tidied up by hand: a record alone does not make a file.
    const there =
      record !== undefined && (await ctx.blobs.stat(record.digest))?.size === record.size;
    if (there) {
      records.set(id, record);
      return;
    }
    const map =
      file.size > SMALL_FILE_BYTES
        ? await readPartialMap(partialFolder(ctx.workspace), id)
        : undefined;
    const partialBytes =
      map?.size === file.size
        ? map.ranges.reduce((sum, { start, end }) => sum + end - start, 0)
        : 0;
    needed.push({ id, file, replace: record !== undefined, partialBytes });
  });
  return { records, needed };
}
