import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isCommit, modelRef } from '../../names/model-name.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import { type AdoptRun, type FoundModel, type FoundSnapshot, skip } from './adopt-run.ts';
import { boundsOf } from './inspect-file.ts';
import { readRefs } from './read-refs.ts';
import { scanSnapshot } from './scan-snapshot.ts';

const MODEL_PREFIX = 'models--';
const OTHER_KINDS = /^(datasets|spaces|kernels)--/;

function modelIdOf(folderName: string): string | undefined {
  const id = folderName.slice(MODEL_PREFIX.length).split('--');
  try {
    return modelRef(id.join('/')).modelId;
  } catch {
    return undefined;
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new ModelkeepError('invalid-argument', `${folder} cannot be read (${code})`, { cause });
  }
}

/** Downloads that were never finished, by the names that the clients give them. */
async function nameUnfinished(run: AdoptRun, blobs: string): Promise<void> {
  for (const entry of await entriesOf(blobs).catch(() => []))
    if (/\.(?:incomplete|part)$/.test(entry.name))
      skip(run, join(blobs, entry.name), 'its download was not finished');
}

async function scanModel(
  run: AdoptRun,
  repo: string,
  hub: string | undefined,
): Promise<FoundModel | undefined> {
  run.signal?.throwIfAborted();
  const modelId = modelIdOf(basename(repo));
  if (modelId === undefined) {
    skip(run, repo, 'its name is not that of a model');
    return undefined;
  }
  if ((await realpath(repo)) !== repo) {
    skip(run, repo, 'it is a link: name the folder that it leads to instead');
    return undefined;
  }
  const bounds = await boundsOf(repo, hub);
  const refs = await readRefs(run, repo);
  const snapshots: FoundSnapshot[] = [];
  for (const entry of await entriesOf(join(repo, 'snapshots'))) {
    const path = join(repo, 'snapshots', entry.name);
    if (!entry.isDirectory()) skip(run, path, 'it is not a folder');
    else if (!isCommit(entry.name)) skip(run, path, 'its name is not a commit');
    else snapshots.push(await scanSnapshot(run, repo, entry.name, bounds));
  }
  await nameUnfinished(run, join(repo, 'blobs'));
  for (const [revision, commit] of refs)
    if (!snapshots.some((snapshot) => snapshot.commit === commit)) {
      refs.delete(revision);
      skip(run, join(repo, 'refs', revision), `the cache has no files of its commit ${commit}`);
    }
  return { modelId, snapshots, refs };
}

/** Without links: the folder of the repositories, or one repository. */
async function locate(folder: string): Promise<{ readonly root: string; readonly hub?: string }> {
  const root = await realpath(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new ModelkeepError('invalid-argument', `${folder} cannot be read (${cause.code})`, {
      cause,
    });
  });
  if (basename(root).startsWith(MODEL_PREFIX) && (await isFolder(join(root, 'snapshots'))))
    return { root };
  const names = (await entriesOf(root)).map(({ name }) => name);
  if (names.some((name) => name.startsWith(MODEL_PREFIX) || OTHER_KINDS.test(name)))
    return { root, hub: root };
  // HF_HOME: the cache is one below.
  const hub = join(root, 'hub');
  if (await isFolder(hub)) return { root, hub };
  const elsewhere = await realpath(hub).catch(() => undefined);
  if (elsewhere !== undefined)
    throw new ModelkeepError(
      'invalid-argument',
      `${hub} is a link: name the folder that it leads to instead, ${elsewhere}`,
    );
  throw new ModelkeepError(
    'invalid-argument',
    `${folder} is not a Hugging Face cache: it has no models--… folder, and no hub folder; name what HF_HOME or HF_HUB_CACHE names, or one models--… folder`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

/** The models of a Hugging Face cache folder; reads no content. Fails with `invalid-argument` if it is no such folder. */
export async function scanCache(
  folder: string,
  makeRun: (root: string) => AdoptRun,
): Promise<{ readonly run: AdoptRun; readonly models: readonly FoundModel[] }> {
  const { root, hub } = await locate(folder);
  const run = makeRun(root);
  const found: (FoundModel | undefined)[] = [];
  if (hub === undefined) found.push(await scanModel(run, root, undefined));
  else
    for (const { name } of (await entriesOf(hub)).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const [, kind] = OTHER_KINDS.exec(name) ?? [];
      if (kind !== undefined) skip(run, join(hub, name), `only models are kept, not ${kind}`);
      else if (name.startsWith(MODEL_PREFIX))
        found.push(await scanModel(run, join(hub, name), hub));
    }
  return { run, models: found.filter((model) => model !== undefined) };
}
