import type { BigIntStats } from 'node:fs';
import { lstat, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../../context.ts';
import { checkoutFolder, repoFolder, treeListingPath } from '../../hub-layout/hub-paths.ts';
import { isBehind, notePath, readNote } from '../../hub-layout/note-laid-out.ts';
import { treeListing } from '../../hub-layout/tree-listing.ts';
import { isCommit } from '../../names/model-name.ts';
import type { Digest, Snapshot, SnapshotFile } from '../../spi/model.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { hashPath, isReadFailure } from './hash-object.ts';
import type { VerifyRun } from './verify-run.ts';

const PARALLEL = 16;

export interface CheckoutFinding {
  /** In the model, or in the repository's folder. */
  readonly path: string;
  readonly file?: SnapshotFile;
  readonly expected?: string;
  readonly found: string;
}

export interface CheckoutState {
  /** `absent`: the next use lays it out. `unfinished`: what is there is right, but a mark that is written last is not there. */
  readonly layout: 'whole' | 'unfinished' | 'absent';
  readonly broken: readonly CheckoutFinding[];
}

const NO_BLOB = { kind: 'none' } as const;
type Reference = { readonly kind: 'blob'; readonly stats: BigIntStats } | typeof NO_BLOB;

async function reference(run: VerifyRun, digest: Digest): Promise<Reference> {
  const path = run.ctx.blobs.localPath(digest);
  const stats = path && (await stat(path, { bigint: true }).catch(() => undefined));
  return stats === undefined || stats === '' ? NO_BLOB : { kind: 'blob', stats };
}

/**
 * What is wrong with the content at `path`: it is the blob's own file (a hard link), or a copy of the right size and, where
 * content is read, of the right content. `proved` remembers copies that were read.
 */
export async function contentProblem(
  run: VerifyRun,
  path: string,
  file: SnapshotFile,
  proved: Set<string>,
): Promise<Omit<CheckoutFinding, 'path' | 'file'> | undefined> {
  const digest = file.digest as Digest;
  let found: BigIntStats;
  try {
    found = await stat(path, { bigint: true });
  } catch (error) {
    return { expected: digest, found: (error as NodeJS.ErrnoException).code ?? 'nothing' };
  }
  if (!found.isFile()) return { expected: digest, found: 'no file' };
  const blob = await reference(run, digest);
  if (blob.kind === 'blob' && blob.stats.ino === found.ino && blob.stats.dev === found.dev)
    return undefined;
  if (found.size !== BigInt(file.size))
    return { expected: `${file.size} bytes`, found: `${found.size} bytes` };
  const name = `${found.dev}:${found.ino}:${digest}`;
  if (!run.full || proved.has(name)) return undefined;
  try {
    const hashed = await hashPath(run.ctx, path, file.size, { signal: run.signal });
    if (hashed !== digest) return { expected: digest, found: hashed };
  } catch (error) {
    run.signal?.throwIfAborted();
    if (!isReadFailure(error)) throw error;
    return { expected: digest, found: error.message };
  }
  proved.add(name);
  return undefined;
}

/** Whether the listing of a snapshot's files says of each what the snapshot says. A client may have written it anew in its own way. */
function listingAgrees(text: string, snapshot: Pick<Snapshot, 'files' | 'omitted'>): boolean {
  type Files = Record<string, { readonly size?: unknown; readonly lfs_sha256?: unknown }>;
  const parse = (json: string): Files => (JSON.parse(json) as { files: Files }).files;
  try {
    const found = parse(text);
    return Object.entries(parse(treeListing(snapshot))).every(
      ([path, { size, lfs_sha256 }]) =>
        found[path]?.size === size && found[path]?.lfs_sha256 === lfs_sha256,
    );
  } catch {
    return false;
  }
}

/** Whether the listing is the one of what was laid out here, before another machine stored the same commit in another way. */
async function isOfNote(ctx: CoreContext, listing: string, snapshot: Snapshot): Promise<boolean> {
  if (ctx.storage.workspace === ctx.workspace) return false;
  const note = await readNote(notePath(ctx.workspace, snapshot));
  return note !== undefined && listingAgrees(listing, { files: note.files, omitted: [] });
}

async function isAbsent(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

async function readOrUndefined(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    return `(${error.code})`;
  });
}

/** Compares a snapshot's folder with what it should be. Writes nothing. Files whose blob is in `bad` are left to the blob's own problem. */
export async function checkCheckout(
  run: VerifyRun,
  snapshot: Snapshot,
  revisions: readonly string[],
  bad: { has(digest: Digest): boolean },
): Promise<CheckoutState> {
  const { workspace } = run.ctx;
  const { modelId, commit, createdAt, files } = snapshot;
  const root = checkoutFolder(workspace, modelId, commit);
  const folder = await lstat(root).catch(() => undefined);
  if (folder === undefined) return { layout: 'absent', broken: [] };
  const broken: CheckoutFinding[] = [];
  const proved = new Set<string>();
  const listing = await readOrUndefined(treeListingPath(workspace, modelId, commit));
  const behind =
    listing !== undefined &&
    (await isBehind(run.ctx, { modelId, commit, createdAt, fileCount: files.length }));
  let finished = listing !== undefined && !behind;
  await forEachLimit(files, PARALLEL, async (file) => {
    run.signal?.throwIfAborted();
    if (file.digest === undefined || bad.has(file.digest)) return;
    const path = join(root, file.path);
    // What the next use lays out before it writes the listing is not wrong yet.
    if ((listing === undefined || behind) && (await isAbsent(path))) return;
    const problem = await contentProblem(run, path, file, proved);
    if (problem !== undefined) broken.push({ ...problem, path: file.path, file });
  });
  if (
    listing !== undefined &&
    !listingAgrees(listing, snapshot) &&
    !(await isOfNote(run.ctx, listing, snapshot))
  )
    broken.push({ path: `trees/${commit}.json`, found: 'a listing of other files' });
  for (const revision of revisions) {
    if (isCommit(revision)) continue;
    const ref = await readOrUndefined(join(repoFolder(workspace, modelId), 'refs', revision));
    // An older commit is what a crash, or a client that fetched by itself, leaves.
    if (ref === undefined || (ref !== commit && isCommit(ref))) finished = false;
    else if (ref !== commit)
      broken.push({ path: `refs/${revision}`, expected: commit, found: ref.slice(0, 80) });
  }
  broken.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { layout: finished ? 'whole' : 'unfinished', broken };
}
