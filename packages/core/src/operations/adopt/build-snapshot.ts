import type { CoreContext } from '../../context.ts';
import { lfsRules } from '../../spi/git-attributes.ts';
import type { Snapshot, SnapshotFile } from '../../spi/model.ts';
import type { FoundFile, FoundSnapshot, ListedFile } from './adopt-run.ts';
import { contentKey, type Taken } from './take-contents.ts';

const MAX_TEXT_BYTES = 1024 * 1024;

type Stored = Exclude<Taken, { readonly reason: string }>;

/** A small text file of the snapshot, from the store. */
export async function readSmallText(
  ctx: CoreContext,
  file: SnapshotFile | undefined,
): Promise<string | undefined> {
  if (file?.digest === undefined || file.size > MAX_TEXT_BYTES) return undefined;
  return new Response(await ctx.blobs.read(file.digest)).text();
}

function keptFile(file: FoundFile, { digest, size, gitOid }: Stored, lfs: boolean): SnapshotFile {
  const { path, expected } = file;
  const oid =
    gitOid ?? (expected !== undefined && 'gitOid' in expected ? expected.gitOid : undefined);
  return { path, size, digest, lfs, ...(lfs || oid === undefined ? {} : { gitOid: oid }) };
}

function omittedFile({ path, size, lfs, expected }: ListedFile): SnapshotFile {
  return { path, size, lfs, ...expected };
}

/** Where neither listing nor blob name tells, the repository's own attributes do, as git itself would decide. */
async function decideLfs(
  ctx: CoreContext,
  found: readonly { readonly file: FoundFile; readonly stored: Stored }[],
): Promise<(file: FoundFile) => boolean> {
  if (found.every(({ file }) => file.lfs !== undefined)) return (file) => file.lfs === true;
  const attributes = new Map<string, string>();
  for (const { file, stored } of found) {
    if (!/(?:^|\/)\.gitattributes$/.test(file.path)) continue;
    const text = await readSmallText(ctx, keptFile(file, stored, false));
    if (text !== undefined) attributes.set(file.path, text);
  }
  const rules = lfsRules(attributes);
  return (file) => file.lfs ?? rules(file);
}

/** The snapshot of what was taken; what is known to be missing is omitted. Undefined if nothing was taken. */
export async function buildSnapshot(
  ctx: CoreContext,
  modelId: string,
  found: FoundSnapshot,
  taken: ReadonlyMap<string, Taken>,
): Promise<Snapshot | undefined> {
  const kept: { readonly file: FoundFile; readonly stored: Stored }[] = [];
  const missing = new Map(found.refused.map((file) => [file.path, file]));
  for (const file of found.files) {
    const stored = taken.get(contentKey(file));
    if (stored === undefined) continue;
    if (!('reason' in stored)) kept.push({ file, stored });
    else if (file.expected !== undefined)
      missing.set(file.path, { ...file, expected: file.expected, lfs: file.lfs === true });
  }
  if (kept.length === 0) return undefined;
  const isLfs = await decideLfs(ctx, kept);
  const files = kept.map(({ file, stored }) => keptFile(file, stored, isLfs(file)));
  const here = new Set(files.map(({ path }) => path));
  const expected = new Map([...missing, ...(found.listing ?? [])]);
  return {
    modelId,
    commit: found.commit,
    derived: false,
    files,
    omitted: [...expected.values()].filter(({ path }) => !here.has(path)).map(omittedFile),
    createdAt: Date.now(),
  };
}
