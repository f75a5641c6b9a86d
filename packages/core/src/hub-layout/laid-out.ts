import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../context.ts';
import { repoFolderName } from '../names/model-name.ts';
import type { Snapshot } from '../spi/model.ts';
import { replaceFile } from '../util/atomic-file.ts';
import { listFolder } from '../util/list-folder.ts';

/** What a note tells of a checkout. */
export type LaidOut = Pick<Snapshot, 'modelId' | 'commit' | 'files'>;

function notesFolder(workspace: string): string {
  return join(workspace, 'laid-out');
}

function notePath(workspace: string, { modelId, commit }: Omit<LaidOut, 'files'>): string {
  return join(notesFolder(workspace), repoFolderName(modelId), `${commit}.json`);
}

/**
 * Notes a checkout before it is laid out in a workspace that is not the storage's own. Another machine may remove the model,
 * manifests and all: then only this tells a garbage collection here which folders are left of it.
 */
export async function noteLaidOut(
  { storage, workspace }: CoreContext,
  { modelId, commit, files }: Snapshot,
): Promise<void> {
  if (storage.workspace === workspace) return;
  const note: LaidOut = { modelId, commit, files };
  await replaceFile(notePath(workspace, note), JSON.stringify(note));
}

/** Forgets the note of a checkout that is gone. */
export async function forgetLaidOut(
  workspace: string,
  checkout: Omit<LaidOut, 'files'>,
): Promise<void> {
  await rm(notePath(workspace, checkout), { force: true });
}

/** The checkouts that were laid out in a workspace which is not the storage's own. */
export async function* laidOut(workspace: string): AsyncGenerator<LaidOut, void, undefined> {
  const folder = notesFolder(workspace);
  for (const repo of await listFolder(folder)) {
    for (const name of await listFolder(join(folder, repo))) {
      if (!name.endsWith('.json')) continue;
      const text = await readFile(join(folder, repo, name), 'utf8').catch(() => undefined);
      if (text !== undefined) yield JSON.parse(text) as LaidOut;
    }
  }
}
