import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { CoreContext } from '../context.ts';
import type { Snapshot } from '../spi/model.ts';
import { treeListingPath } from './hub-paths.ts';
import { noteLaidOut } from './note-laid-out.ts';

it('takes the listing of what was laid out before away, unless that is noted again', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'modelkeep-note-'));
  onTestFinished(() => rm(workspace, { recursive: true }));
  const ctx = { storage: {}, workspace } as CoreContext;
  const snapshot: Snapshot = {
    modelId: 'org/name',
    commit: 'a'.repeat(40),
    derived: false,
    files: [{ path: 'w.bin', size: 1, digest: 'd'.repeat(64), lfs: true }],
    omitted: [],
    createdAt: 1,
  };
  const listing = treeListingPath(workspace, snapshot.modelId, snapshot.commit);
  const isThere = (): Promise<boolean> =>
    access(listing).then(
      () => true,
      () => false,
    );
  await mkdir(dirname(listing), { recursive: true });
  await writeFile(listing, '{}');
  await noteLaidOut(ctx, snapshot);
  await noteLaidOut(ctx, { ...snapshot, omitted: snapshot.files });
  expect(await isThere()).toBe(true);
  const files = snapshot.files.map((file) => ({ ...file, lfs: false }));
  await noteLaidOut(ctx, { ...snapshot, files });
  expect(await isThere()).toBe(false);
});
