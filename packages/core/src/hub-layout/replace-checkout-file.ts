import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CoreContext } from '../context.ts';
import type { Snapshot, SnapshotFile } from '../spi/model.ts';
import { makeFolder } from '../util/make-folder.ts';
import { linkFile } from './checkout.ts';
import { checkoutFolder, hubBlobName, repoFolder } from './hub-paths.ts';
import { placeBlob } from './place-blob.ts';

async function replace(made: string, target: string): Promise<void> {
  await makeFolder(dirname(target), 0o755);
  await rename(made, target);
  // A rename between two links to one file does nothing.
  await rm(made, { force: true });
}

/** Puts the blob's content in the place of a repository's own `blobs/` file. */
export async function replaceHubBlob(
  ctx: CoreContext,
  modelId: string,
  file: SnapshotFile,
  staging: string,
): Promise<void> {
  const name = hubBlobName(file);
  const made = join(staging, 'blobs', name);
  await makeFolder(dirname(made));
  await placeBlob(ctx, file, made);
  await replace(made, join(repoFolder(ctx.workspace, modelId), 'blobs', name));
}

/** Makes one file of a checkout anew. A reader sees the old file or the new one; `staging` is on the same volume. */
export async function replaceCheckoutFile(
  ctx: CoreContext,
  snapshot: Snapshot,
  file: SnapshotFile,
  staging: string,
): Promise<void> {
  const root = join(staging, 'files');
  await makeFolder(dirname(join(root, file.path)));
  await linkFile(ctx, root, file);
  const target = join(checkoutFolder(ctx.workspace, snapshot.modelId, snapshot.commit), file.path);
  await replace(join(root, file.path), target);
}
