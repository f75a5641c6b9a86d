import { readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../context.ts';
import { repoFolderName } from '../names/model-name.ts';
import type { EntrySummary, Snapshot } from '../spi/model.ts';
import { replaceFile } from '../util/atomic-file.ts';
import { treeListingPath } from './hub-paths.ts';

/** What a note tells of a checkout. */
export type LaidOut = Pick<Snapshot, 'modelId' | 'commit' | 'createdAt' | 'files'>;

export type Checkout = Pick<LaidOut, 'modelId' | 'commit'>;

export function notesFolder(workspace: string): string {
  return join(workspace, 'laid-out');
}

export function notePath(workspace: string, { modelId, commit }: Checkout): string {
  return join(notesFolder(workspace), repoFolderName(modelId), `${commit}.json`);
}

/** The note at `path`; undefined if there is none. */
export async function readNote(path: string): Promise<LaidOut | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as LaidOut;
  } catch {
    // A power cut took its end. Without it the checkout is laid out and noted anew when it is used next.
    await rm(path, { force: true });
    return undefined;
  }
}

/** Whether a checkout was laid out before another machine stored other files of its commit: until it is removed, a snapshot only grows. */
export async function isBehind(
  { storage, workspace }: Pick<CoreContext, 'storage' | 'workspace'>,
  checkout: Checkout & Pick<EntrySummary, 'createdAt' | 'fileCount'>,
): Promise<boolean> {
  if (storage.workspace === workspace) return false;
  const note = await readNote(notePath(workspace, checkout));
  if (note === undefined) return true;
  return note.createdAt !== checkout.createdAt || note.files.length !== checkout.fileCount;
}

/**
 * Notes a checkout before it is laid out in a workspace that is not the storage's own. Another machine may remove the model,
 * manifests and all: then only this tells a garbage collection here which folders are left of it.
 */
export async function noteLaidOut(
  { storage, workspace }: CoreContext,
  { modelId, commit, createdAt, files }: Snapshot,
): Promise<void> {
  if (storage.workspace === workspace) return;
  const note: LaidOut = { modelId, commit, createdAt, files };
  const [path, text] = [notePath(workspace, note), JSON.stringify(note)];
  const before = await readFile(path, 'utf8').catch(() => text);
  // Until its end a checkout is neither what was laid out before nor what is noted.
  if (before !== text) await rm(treeListingPath(workspace, modelId, commit), { force: true });
  await replaceFile(path, text);
}

/** Forgets the note of a checkout that is gone. */
export async function forgetLaidOut(workspace: string, checkout: Checkout): Promise<void> {
  await rm(notePath(workspace, checkout), { force: true });
}

/** Notes a use of a checkout, before which it cannot have been evicted. False if there is none, or it is being evicted. */
export async function markUsed(workspace: string, checkout: Checkout): Promise<boolean> {
  const now = Date.now() / 1000;
  return utimes(notePath(workspace, checkout), now, now).then(
    () => true,
    () => false,
  );
}
