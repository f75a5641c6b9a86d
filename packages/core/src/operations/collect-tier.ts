import type { CoreContext } from '../context.ts';
import { readTier } from '../local-tier/tier-files.ts';
import type { Digest } from '../spi/model.ts';

const BATCH = 500;

/** Removes contents from this machine's disk that are stored no more: another machine may have deleted them. */
export async function collectTier(
  { tier, workspace, metadata }: CoreContext,
  dryRun: boolean,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const found = { count: 0, bytes: 0 };
  if (tier === undefined) return found;
  const { files } = await readTier(workspace);
  const digests: Digest[] = [...files.keys()];
  for (let at = 0; at < digests.length; at += BATCH) {
    const batch = digests.slice(at, at + BATCH);
    const stored = await metadata.getBlobs(batch);
    const gone = batch.filter((digest) => !stored.has(digest));
    found.count += gone.length;
    for (const digest of gone) found.bytes += files.get(digest)?.size ?? 0;
    if (!dryRun) await tier.drop(gone);
  }
  return found;
}
