import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import type { StoreFolders } from '../modelkeep.ts';
import { digestsIn, digestsOf, expectFiles, type ModelFiles, sha256 } from './model-files.ts';

/** A model as it should be kept, under its revision `main`. */
export interface KeptModel {
  readonly id: string;
  readonly commit: string;
  readonly files: ModelFiles;
}

/** What is no object of the store and may lie in its folder at any time. */
const OTHER_FILES = new Set([
  'store.json',
  'config.yaml',
  'index.db',
  'index.db-wal',
  'index.db-shm',
  // Room that is set aside for a removal from a full volume.
  'reserve',
]);

function repoFolderName(id: string): string {
  return `models--${id.replaceAll('/', '--')}`;
}

/** All files below a folder by their path in it; none if there is no such folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Folders of a store. */
const FOLDERS = ['blobs', 'hub', 'laid-out', 'manifests', 'partial', 'tmp'];
/** What an S3 server keeps in a bucket for itself. */
const OF_THE_SERVER = '.sgwtmp/';

/**
 * Fails unless the store's folders hold these models and nothing else: no blob that nobody uses, no unfinished or
 * temporary file, no manifest, checkout or link of anything else.
 */
export async function expectOnly(
  { home, objects }: StoreFolders,
  models: readonly KeptModel[],
): Promise<void> {
  const kept = (await filesBelow(objects)).filter((path) => !path.startsWith(OF_THE_SERVER));
  const own = objects === home ? [] : await filesBelow(home);
  const files = [...kept, ...own];
  const isIn = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
  const below = (folder: string): string[] => files.filter(isIn(folder));
  const unknown = files.filter((path) => !FOLDERS.some((folder) => isIn(folder)(path)));

  expect(await readdir(join(home, 'partial')).catch(() => [])).toEqual([]);
  expect(below('tmp')).toEqual([]);
  expect(unknown.filter((path) => !OTHER_FILES.has(path))).toEqual([]);
  expect(below('blobs')).toEqual(blobPaths(models));
  expect(below('manifests')).toEqual(manifestPaths(models));
  expect(below('laid-out')).toEqual(objects === home ? [] : notePaths(models));
  expect(await readdir(join(home, 'hub')).catch(() => [])).toEqual(
    models.map(({ id }) => repoFolderName(id)).sort(),
  );
  for (const model of models) await expectRepository(home, model);
  // Elsewhere a checkout has bytes of its own.
  if (objects === home) await expectLinks(home, below('blobs'));
}

/** What a machine notes of the checkouts that it has of a store elsewhere. */
function notePaths(models: readonly KeptModel[]): string[] {
  return models.map(({ id, commit }) => `laid-out/${repoFolderName(id)}/${commit}.json`).sort();
}

function blobPaths(models: readonly KeptModel[]): string[] {
  const digests = models.flatMap(({ files }) => Object.values(files).map(sha256));
  return [...new Set(digests)]
    .map((digest) => `blobs/sha256/${digest.slice(0, 2)}/${digest}`)
    .sort();
}

function manifestPaths(models: readonly KeptModel[]): string[] {
  return models
    .flatMap(({ id, commit }) =>
      [`${commit}.json`, 'entries/main.json'].map((name) =>
        join('manifests', repoFolderName(id), name),
      ),
    )
    .sort();
}

async function expectRepository(home: string, { id, commit, files }: KeptModel): Promise<void> {
  const folder = join(home, 'hub', repoFolderName(id));
  expect(await filesBelow(join(folder, 'refs'))).toEqual(['main']);
  expect(await readdir(join(folder, 'trees'))).toEqual([`${commit}.json`]);
  expect(await readdir(join(folder, 'snapshots'))).toEqual([commit]);
  await expectFiles(join(folder, 'snapshots', commit), files);
  const contents = new Set(Object.values(files).map(sha256));
  expect(await readdir(join(folder, 'blobs'))).toHaveLength(contents.size);
}

/** Every name of a blob's file is one that the store knows: a lost one would keep the bytes after a removal. */
async function expectLinks(home: string, blobs: readonly string[]): Promise<void> {
  const links = new Map<number, number>();
  const inHub = await filesBelow(join(home, 'hub'));
  for (const path of [...blobs, ...inHub.map((name) => join('hub', name))]) {
    if (path.includes('/snapshots/')) continue;
    const { ino } = await stat(join(home, path));
    links.set(ino, (links.get(ino) ?? 0) + 1);
  }
  for (const path of blobs) {
    const { ino, nlink } = await stat(join(home, path));
    expect({ path, nlink }).toEqual({ path, nlink: links.get(ino) });
  }
}

/**
 * A client that reads `hub/` alone finds, for each model, no folder or one with all that belongs to at least one of the
 * `models` of that id, and every file in it is right.
 */
export async function expectNothingHalfLaidOut(
  home: string,
  models: readonly KeptModel[],
): Promise<void> {
  for (const [id, states] of Map.groupBy(models, (model) => model.id)) {
    const snapshots = join(home, 'hub', repoFolderName(id), 'snapshots');
    const commits = await readdir(snapshots).catch(() => []);
    for (const commit of commits) {
      const right = Object.assign({}, ...states.map(({ files }) => digestsOf(files)));
      const found = await digestsIn(join(snapshots, commit));
      expect(right).toMatchObject(found);
      const fits = states.some(
        (state) =>
          state.commit === commit && Object.keys(state.files).every((path) => path in found),
      );
      expect({ commit, found: Object.keys(found), fits }).toMatchObject({ fits: true });
    }
  }
}
