import { link, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hubBlobName, repoFolder } from '../hub-layout/hub-paths.ts';
import { laidOut, usedAt } from '../hub-layout/laid-out.ts';
import type { LaidOut } from '../hub-layout/note-laid-out.ts';
import type { Digest } from '../spi/model.ts';
import { listFolder } from '../util/list-folder.ts';
import { makeFolder } from '../util/make-folder.ts';

/** A content on this machine's disk. */
export interface TierFile {
  readonly size: number;
  /** When it was used last, ms since the epoch: by us, or by somebody who read a checkout. */
  readonly usedAt: number;
}

/** A checkout, with the time of its last use. */
export interface UsedCheckout extends LaidOut {
  readonly usedAt: number;
}

/** What is on this machine's disk. */
export interface TierContent {
  readonly files: ReadonlyMap<Digest, TierFile>;
  readonly checkouts: readonly UsedCheckout[];
}

const FOLDER_MODE = 0o755;

function tierFolder(workspace: string): string {
  return join(workspace, 'local');
}

export function tierPath(workspace: string, digest: Digest): string {
  return join(tierFolder(workspace), digest.slice(0, 2), digest);
}

/** The file at its place in the tier; undefined if it is not there. */
export async function statTierFile(
  workspace: string,
  digest: Digest,
): Promise<TierFile | undefined> {
  const found = await stat(tierPath(workspace, digest)).catch(() => undefined);
  return found && { size: found.size, usedAt: Math.max(found.atimeMs, found.mtimeMs) };
}

export async function makeTierFolder(workspace: string, digest: Digest): Promise<void> {
  await makeFolder(dirname(tierPath(workspace, digest)), FOLDER_MODE);
}

/** Looks at the disk, which other processes change as well. What only a checkout has is made a part of the tier, to count. */
export async function readTier(workspace: string): Promise<TierContent> {
  const files = new Map<Digest, TierFile>();
  for (const shard of await listFolder(tierFolder(workspace))) {
    for (const name of await listFolder(join(tierFolder(workspace), shard))) {
      const file = /^[0-9a-f]{64}$/.test(name) ? await statTierFile(workspace, name) : undefined;
      if (file !== undefined) files.set(name, file);
    }
  }
  const checkouts: UsedCheckout[] = [];
  for await (const checkout of laidOut(workspace)) {
    checkouts.push({ ...checkout, usedAt: await usedAt(workspace, checkout) });
    for (const file of checkout.files) {
      const { digest } = file;
      if (digest === undefined || files.has(digest)) continue;
      await makeTierFolder(workspace, digest);
      const blob = join(repoFolder(workspace, checkout.modelId), 'blobs', hubBlobName(file));
      await link(blob, tierPath(workspace, digest)).catch(() => {});
      const found = await statTierFile(workspace, digest);
      if (found !== undefined) files.set(digest, found);
    }
  }
  return { files, checkouts };
}
