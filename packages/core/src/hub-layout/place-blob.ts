import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../context.ts';
import type { LocalTier } from '../local-tier/local-tier.ts';
import { blobKey } from '../names/store-keys.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { Digest, SnapshotFile } from '../spi/model.ts';
import { partialFolder } from '../staging/partial-folder.ts';
import { stageBody } from '../staging/stage-body.ts';
import { makeFolder } from '../util/make-folder.ts';
import { syncFile } from '../util/sync-file.ts';

/** Why a link may fail where a copy need not: another file system, too many links, or links not possible or not allowed there. */
export const NO_LINK: ReadonlySet<string> = new Set([
  'EXDEV',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EPERM',
  'EACCES',
]);

const TRIES = 3;

/** In the folder where a garbage collection looks for what a crash left. */
async function temporaryPath(ctx: CoreContext): Promise<string> {
  const folder = partialFolder(ctx.workspace);
  await makeFolder(folder, 0o755);
  return join(folder, `checkout-${randomUUID()}`);
}

async function publish(temporary: string, target: string): Promise<void> {
  // The name may outlast a power cut that the bytes do not, and a checkout is not read again before it is used.
  await syncFile(temporary);
  await chmod(temporary, 0o444);
  await rename(temporary, target);
}

async function copyInto(temporary: string, source: string, target: string): Promise<void> {
  try {
    // A reflink where the file system has them: as cheap as a link, and no shared inode.
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await publish(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Gives a blob's content a path in the workspace: by a hard link, else a reflink, else a copy. What is there already stays. */
export async function placeBlob(
  ctx: CoreContext,
  file: SnapshotFile,
  target: string,
): Promise<void> {
  const { digest } = file;
  if (digest === undefined) throw new TypeError(`${file.path} was never fetched`);
  const source = ctx.blobs.localPath(digest);
  if (source === undefined) {
    await download(ctx, file, target);
    return;
  }
  await linkOrCopy(ctx, source, target);
}

async function linkOrCopy(ctx: CoreContext, source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code === undefined || !NO_LINK.has(code)) throw error;
    await copyInto(await temporaryPath(ctx), source, target);
  }
}

/** From a storage that is not on this machine. */
async function download(ctx: CoreContext, file: SnapshotFile, target: string): Promise<void> {
  const existing = await open(target, 'r').catch(() => undefined);
  if (existing !== undefined) {
    await existing.close();
    return;
  }
  if (ctx.tier !== undefined) {
    await placeFromTier(ctx, ctx.tier, file, target);
    return;
  }
  const temporary = await temporaryPath(ctx);
  await fetchProved(ctx, file.digest as string, file.size, temporary);
  await publish(temporary, target);
}

/** What was brought here may be evicted before it is linked, though hardly twice. */
async function placeFromTier(
  ctx: CoreContext,
  tier: LocalTier,
  { digest, size }: SnapshotFile,
  target: string,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const path = await tier.bring(digest as string, size);
    try {
      await linkOrCopy(ctx, path, target);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === TRIES) throw error;
    }
  }
}

/** Writes content of the storage to a new file, verified on the way in. */
export async function fetchProved(
  { hashing, blobs }: Pick<CoreContext, 'hashing' | 'blobs'>,
  digest: Digest,
  size: number,
  path: string,
): Promise<void> {
  const staged = await stageBody(hashing, path, await blobs.read(digest), { size, gitOid: false });
  if (staged.digest === digest) return;
  await rm(path, { force: true });
  throw new ModelkeepError(
    'integrity-mismatch',
    `${blobKey(digest)} in the storage is damaged: its sha256 is ${staged.digest}; run modelkeep verify --repair`,
    { details: { expected: digest, found: staged.digest } },
  );
}
