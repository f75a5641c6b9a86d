import { randomUUID } from 'node:crypto';
import {
  lstat,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
} from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { CoreContext } from '../context.ts';
import { isSafePath } from '../names/file-path.ts';
import { isCommit } from '../names/model-name.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { Snapshot, SnapshotFile } from '../spi/model.ts';
import { partialFolder } from '../staging/partial-folder.ts';
import { replaceFile } from '../util/atomic-file.ts';
import { forEachLimit } from '../util/concurrency.ts';
import { workspaceError } from '../util/fs-errors.ts';
import { listFolder } from '../util/list-folder.ts';
import { makeFolder } from '../util/make-folder.ts';
import { checkoutFolder, hubBlobName, repoFolder, treeListingPath } from './hub-paths.ts';
import { linkedBlobNames } from './linked-blobs.ts';
import { forgetLaidOut, noteLaidOut } from './note-laid-out.ts';
import { placeBlob } from './place-blob.ts';
import { treeListing } from './tree-listing.ts';

const PARALLEL = 32;
const FOLDER_MODE = 0o755;

/** Where a garbage collection looks for what a crash left. */
function temporaryPath(workspace: string): string {
  return join(partialFolder(workspace), `checkout-${randomUUID()}`);
}

async function makeFolders(root: string, files: readonly SnapshotFile[]): Promise<void> {
  const folders = new Set(files.map(({ path }) => posix.dirname(path)));
  for (const folder of folders) await makeFolder(join(root, folder), FOLDER_MODE);
}

/**
 * A link at `root`/`file.path`, as huggingface_hub makes it; the file itself where links are not possible. What is there
 * already stays, but for a link to the blob under another name: the file turned out to be kept by git-lfs.
 */
export async function linkFile(ctx: CoreContext, root: string, file: SnapshotFile): Promise<void> {
  const path = join(root, file.path);
  const up = '../'.repeat(file.path.split('/').length + 1);
  const target = `${up}blobs/${hubBlobName(file)}`;
  try {
    await symlink(target, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      const found = await readlink(path).catch(() => target);
      if (found !== target) await replaceLink(ctx.workspace, path, target);
      return;
    }
    // No symlinks here (Windows without the right to): clients then expect the files themselves.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    await placeBlob(ctx, file, path);
  }
}

async function replaceLink(workspace: string, path: string, target: string): Promise<void> {
  const temporary = temporaryPath(workspace);
  await makeFolder(dirname(temporary), FOLDER_MODE);
  await symlink(target, temporary);
  await rename(temporary, path);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function checkPaths(snapshot: Snapshot): void {
  for (const { path } of snapshot.files) {
    if (!isSafePath(path))
      throw new ModelkeepError(
        'invalid-key',
        `${JSON.stringify(path)} cannot be a file of a checkout`,
      );
  }
}

/** Whether a snapshot's folder is there to its end: the listing beside it is written last. */
export async function isLaidOut(
  workspace: string,
  modelId: string,
  commit: string,
): Promise<boolean> {
  const [folder, listing] = await Promise.all([
    exists(checkoutFolder(workspace, modelId, commit)),
    exists(treeListingPath(workspace, modelId, commit)),
  ]);
  return folder && listing;
}

/** Until the next `writeCheckout` the snapshot's folder counts as one that lacks files. */
export async function markUnfinished(
  workspace: string,
  modelId: string,
  commit: string,
): Promise<void> {
  await rm(treeListingPath(workspace, modelId, commit), { force: true });
}

/**
 * Lays a snapshot out as real files: `hub/models--…/snapshots/<commit>`, as huggingface_hub itself would.
 * A new folder appears as a whole; an existing one only gets what it lacks. Safe beside other processes.
 */
export async function writeCheckout(ctx: CoreContext, snapshot: Snapshot): Promise<string> {
  checkPaths(snapshot);
  const { workspace } = ctx;
  await noteLaidOut(ctx, snapshot);
  const repo = repoFolder(workspace, snapshot.modelId);
  const target = checkoutFolder(workspace, snapshot.modelId, snapshot.commit);
  try {
    for (const folder of ['blobs', 'snapshots', 'refs', 'trees'])
      await makeFolder(join(repo, folder), FOLDER_MODE);
    await forEachLimit(snapshot.files, PARALLEL, (file) =>
      placeBlob(ctx, file, join(repo, 'blobs', hubBlobName(file))),
    );
    const fill = async (root: string): Promise<void> => {
      await makeFolders(root, snapshot.files);
      await forEachLimit(snapshot.files, PARALLEL, (file) => linkFile(ctx, root, file));
    };
    if (await exists(target)) {
      await fill(target);
    } else {
      const staging = temporaryPath(workspace);
      await makeFolder(staging, FOLDER_MODE);
      await fill(staging);
      await rename(staging, target).catch(async (error: NodeJS.ErrnoException) => {
        await rm(staging, { recursive: true, force: true });
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
        // Another process was first: its folder gets what it may lack.
        await fill(target);
      });
    }
    await replaceFile(
      treeListingPath(workspace, snapshot.modelId, snapshot.commit),
      treeListing(snapshot),
      temporaryPath(workspace),
    );
    return target;
  } catch (error) {
    throw workspaceError(error, `could not lay out ${snapshot.modelId}`);
  }
}

function refPath(workspace: string, modelId: string, revision: string): string {
  return join(repoFolder(workspace, modelId), 'refs', revision);
}

/** Notes which commit a revision means, for clients that read the folder offline. */
export async function writeRef(
  workspace: string,
  modelId: string,
  revision: string,
  commit: string,
): Promise<void> {
  if (await hasRef(workspace, modelId, revision, commit)) return;
  // A newline at the end would break offline clients.
  await replaceFile(refPath(workspace, modelId, revision), commit, temporaryPath(workspace));
}

/** Whether clients that read the folder offline find the commit under this revision. */
export async function hasRef(
  workspace: string,
  modelId: string,
  revision: string,
  commit: string,
): Promise<boolean> {
  if (isCommit(revision)) return true;
  const path = refPath(workspace, modelId, revision);
  return (await readFile(path, 'utf8').catch(() => undefined)) === commit;
}

export async function removeRef(
  workspace: string,
  modelId: string,
  revision: string,
): Promise<void> {
  if (!isCommit(revision)) await rm(refPath(workspace, modelId, revision), { force: true });
}

/** Removes what says that a revision means a commit which is gone. */
export async function removeRefsTo(
  workspace: string,
  modelId: string,
  commit: string,
): Promise<void> {
  const refs = join(repoFolder(workspace, modelId), 'refs');
  const names = await readdir(refs, { recursive: true }).catch(() => []);
  for (const revision of names) {
    if (await hasRef(workspace, modelId, revision, commit)) {
      await removeRef(workspace, modelId, revision);
    }
  }
}

/**
 * Removes one checkout; the repository's folder goes with its last one. `kept` are the snapshots of the model that stay.
 * A checkout that is none of ours stays too: a client may fetch into this folder by itself.
 */
export async function removeCheckout(
  workspace: string,
  removed: { readonly modelId: string; readonly commit: string },
  kept: readonly Snapshot[],
): Promise<void> {
  const { modelId, commit } = removed;
  const repo = repoFolder(workspace, modelId);
  const others = (await listFolder(join(repo, 'snapshots'))).filter((name) => name !== commit);
  if (kept.length === 0 && others.length === 0) {
    await moveAwayAndRemove(workspace, repo);
  } else {
    await moveAwayAndRemove(workspace, checkoutFolder(workspace, modelId, commit));
    await rm(treeListingPath(workspace, modelId, commit), { force: true });
  }
  await forgetLaidOut(workspace, removed);
}

/** Removes links in the repository's `blobs/` to contents that none of `kept` has, and no checkout that is there uses. */
export async function removeHubBlobs(
  workspace: string,
  modelId: string,
  files: readonly SnapshotFile[],
  kept: readonly Snapshot[],
): Promise<void> {
  const used = new Set(kept.flatMap((snapshot) => snapshot.files.map(hubBlobName)));
  const candidates = files.filter(
    (file) => file.digest !== undefined && !used.has(hubBlobName(file)),
  );
  if (candidates.length === 0) return;
  const repo = repoFolder(workspace, modelId);
  const blobs = join(repo, 'blobs');
  const linked = await linkedBlobNames(repo);
  const unused = candidates.filter((file) => !linked.has(hubBlobName(file)));
  await forEachLimit(unused, PARALLEL, (file) =>
    rm(join(blobs, hubBlobName(file)), { force: true }),
  );
}

/** A folder disappears at once: readers never see half of it, and a crash leaves the rest where a garbage collection looks. */
async function moveAwayAndRemove(workspace: string, folder: string): Promise<void> {
  if ((await lstat(folder).catch(() => undefined)) === undefined) return;
  const away = join(partialFolder(workspace), `removed-${randomUUID()}`);
  await makeFolder(dirname(away), FOLDER_MODE);
  await rename(folder, away);
  await rm(away, { recursive: true, force: true });
  await rmdir(dirname(folder)).catch(() => {});
}
