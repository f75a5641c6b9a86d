import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../support/model-files.ts';
import { getWhole, PATHS, pull } from './actors.ts';
import type { Node } from './fleet.ts';
import type { ModelHistory } from './history.ts';
import { patiently } from './patiently.ts';
import type { Lane } from './run-history.ts';

/**
 * Nobody works any more, and nothing is evicted: every server can pull again. What may have been evicted is fetched anew.
 * Returns the newest commit that is stored.
 */
export async function recover(nodes: readonly Node[], history: ModelHistory): Promise<number> {
  for (const { server } of nodes) {
    const isDone = await patiently(async () => (await pull(server.url, history)) || undefined);
    if (!isDone) history.violated(`${server.url} did not recover`);
  }
  // A server goes by what it was told of the branch last, should the source be away: each has asked once more.
  for (const { server } of nodes) await readUntil(server.url, history, 'main', PATHS[0] ?? '');
  return history.newest();
}

/** Reads a file until an answer comes whole and is not stale. */
export async function readUntil(
  url: string,
  history: ModelHistory,
  revision: string,
  path: string,
): Promise<void> {
  const read = await patiently(async () => {
    const since = performance.now();
    const got = await getWhole(`${url}/${history.id}/resolve/${revision}/${path}`);
    return got === undefined || got.isStale ? undefined : { got, since };
  });
  if (read === undefined) history.violated(`${path}@${revision} cannot be read at ${url}`);
  else history.gotWhole(read.got.commit, path, read.got.body, read.since);
}

/** What must be there is there, without any source; the index has the newest commit; nothing in the bucket is wrong. */
export async function checkOffline(
  { fleet: { nodes }, store }: Lane,
  history: ModelHistory,
  newest: number,
): Promise<void> {
  const entry = store.postgres.psql(
    store.database,
    `select commit_hash from entries where key = 'hf@${history.id}'`,
  );
  history.sawMain(entry.trim(), newest, 'the index');
  for (const { server } of nodes) {
    const got = await patiently(() =>
      getWhole(`${server.url}/${history.id}/resolve/main/config.json`),
    );
    if (got === undefined) {
      history.violated(`main cannot be read at ${server.url} without its source`);
      continue;
    }
    history.gotWhole(got.commit, 'config.json', got.body, performance.now());
    if (!got.isStale) history.sawMain(got.commit, newest, server.url);
  }
  for (const commit of history.mustBeThere()) {
    for (const path of PATHS) {
      const { url } = nodes[history.commits.indexOf(commit) % 3]?.server ?? { url: '' };
      const got = await patiently(() => getWhole(`${url}/${history.id}/resolve/${commit}/${path}`));
      if (got === undefined) history.violated(`${path}@${commit} was acknowledged and is gone`);
      else history.gotWhole(got.commit, path, got.body, performance.now());
    }
  }
  for (const digest of history.mustBeKept()) {
    const file = join(store.folder, 'blobs/sha256', digest.slice(0, 2), digest);
    // What is proved is given to its readers while it is still being stored, if that takes long.
    const bytes = await patiently(() => readFile(file).catch(() => undefined));
    if (bytes === undefined) history.violated(`the blob ${digest} was read and is gone`);
    else if (sha256(bytes) !== digest) history.violated(`the blob ${digest} is another one`);
  }
}
