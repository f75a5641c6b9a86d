import { link, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder } from '../util/list-folder.ts';
import { type Checkout, type LaidOut, notePath, notesFolder, readNote } from './note-laid-out.ts';

/** Ends the name of the note of a checkout that is being evicted. */
const TAKEN = '.evicted';
const ABANDONED_MS = 10 * 60_000;

/** When a checkout was used last, ms since the epoch. */
export async function usedAt(workspace: string, checkout: Checkout): Promise<number> {
  const note = await stat(notePath(workspace, checkout)).catch(() => undefined);
  return note?.mtimeMs ?? 0;
}

/**
 * Takes the note of a checkout away, so that who wants to use it now lays it out anew. False, and all is as it was, if it was
 * used after `usedBefore`, be it at this moment. `forgetTaken` once the checkout is gone.
 */
export async function takeNote(
  workspace: string,
  checkout: Checkout,
  usedBefore: number,
): Promise<boolean> {
  const path = notePath(workspace, checkout);
  const taken = await rename(path, path + TAKEN).then(
    () => true,
    () => false,
  );
  if (!taken) return false;
  // A use that came before the rename is seen now; one that comes after it finds nothing.
  const note = await stat(path + TAKEN);
  if (note.mtimeMs <= usedBefore) return true;
  await rename(path + TAKEN, path);
  return false;
}

export async function forgetTaken(workspace: string, checkout: Checkout): Promise<void> {
  await rm(notePath(workspace, checkout) + TAKEN, { force: true });
}

/** A process that was killed while it evicted leaves a taken note: it is given back. */
async function giveBack(path: string, now: number): Promise<void> {
  const note = await stat(path).catch(() => undefined);
  if (note === undefined || now - note.ctimeMs <= ABANDONED_MS) return;
  // Not over the note of a checkout that was laid out anew.
  await link(path, path.slice(0, -TAKEN.length)).catch(() => {});
  await rm(path, { force: true });
}

/** The checkouts that were laid out in a workspace which is not the storage's own. */
export async function* laidOut(workspace: string): AsyncGenerator<LaidOut, void, undefined> {
  const folder = notesFolder(workspace);
  for (const repo of await listFolder(folder)) {
    for (const name of await listFolder(join(folder, repo))) {
      if (name.endsWith(TAKEN)) await giveBack(join(folder, repo, name), Date.now());
      if (!name.endsWith('.json')) continue;
      const note = await readNote(join(folder, repo, name));
      if (note !== undefined) yield note;
    }
  }
}
