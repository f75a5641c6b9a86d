import type { ArchivePlan } from '../../archives/archive-plan.ts';
import type { CoreContext } from '../../context.ts';
import { displayName } from '../../names/model-name.ts';
import { archiveInvalid } from '../../spi/archive-error.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { SnapshotFile } from '../../spi/model.ts';
import { contentMismatch, type ProvedModel } from './check-contents.ts';

/** The Hub's names are unique when case is ignored, and so are folders on some systems. */
export async function checkSpelling(ctx: CoreContext, { ref }: ArchivePlan): Promise<void> {
  const known = await ctx.metadata.findModelIds(ref.modelId);
  const [other] = known;
  if (other === undefined || known.includes(ref.modelId)) return;
  throw archiveInvalid({
    reason: 'bad-key',
    problem: `holds ${ref.modelId}, which the cache has as ${other}; names differ in more than case`,
    remedy: `Correct the key in the metadata, or remove the other one (modelkeep rm ${other}).`,
  });
}

/** Fails with `conflict` if an entry of the key points at another commit and may not be replaced. */
export async function checkReplace(
  ctx: CoreContext,
  { ref }: ArchivePlan,
  commit: string,
  replace: boolean,
): Promise<void> {
  const before = replace ? undefined : await ctx.metadata.getEntry(ref.key);
  if (before === undefined || before.commit === commit) return;
  throw new ModelkeepError(
    'conflict',
    `${displayName(ref)} is in the cache at commit ${before.commit}; the archive holds ${commit}. Remove it first, or allow it to be replaced.`,
    { details: { expected: before.commit, found: commit } },
  );
}

function describe(file: SnapshotFile | undefined): string {
  if (file === undefined) return 'no such file';
  return file.digest === undefined ? `git blob ${file.gitOid}` : `sha256 ${file.digest}`;
}

function sameContent(known: SnapshotFile, found: SnapshotFile): boolean {
  if (known.digest !== undefined) return known.digest === found.digest;
  // Without a git blob id on both sides there is nothing to compare.
  return known.gitOid === undefined || found.gitOid === undefined || known.gitOid === found.gitOid;
}

/** A commit never changes: an archive that gives it other files is wrong, or worse. */
export async function checkSameCommit(
  ctx: CoreContext,
  { ref }: ArchivePlan,
  model: ProvedModel,
): Promise<void> {
  const cached = await ctx.metadata.getSnapshot(ref.modelId, model.commit);
  if (cached === undefined) return;
  const known = new Map([...cached.files, ...cached.omitted].map((file) => [file.path, file]));
  for (const { file } of model.files) {
    const before = known.get(file.path);
    if (before !== undefined && sameContent(before, file)) continue;
    const who = `the cached commit ${model.commit}`;
    throw contentMismatch(file.path, who, describe(before), describe(file));
  }
}
