import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  downloadFile,
  fileExists,
  listCommits,
  listFiles,
  listModels,
  modelInfo,
  snapshotDownload,
} from '@huggingface/hub';
import { expect, it, vi } from 'vitest';
import { startEndpoint } from './endpoint.ts';

const repo = 'org/name';
const FILES = {
  'config.json': '{"a":1}',
  'empty.txt': '',
  '100%.txt': 'percent',
  'sub/näme.txt': 'text',
  'model.safetensors': { generated: { size: 3_000_000, seed: 1 } },
};

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

it('@huggingface/hub lists, reads and downloads cold, warm, and with the Hub gone', async () => {
  // It tells the console of each file.
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'debug').mockImplementation(() => {});
  await using endpoint = await startEndpoint({ api: { prefix: '/hub' } });
  const sha = await endpoint.hub.addModel({ id: repo, files: FILES });
  await endpoint.hub.commit(repo, { branch: 'refs/pr/1', files: { 'new.txt': 'new' } });
  const hubUrl = endpoint.url;
  for (const moment of ['cold', 'warm', 'gone']) {
    if (moment === 'gone') await endpoint.hub.stop();
    const files = await collect(listFiles({ repo, hubUrl, recursive: true }));
    expect(files.map(({ path }) => path).sort(), moment).toEqual(
      [...Object.keys(FILES), 'sub'].sort(),
    );
    const pull = await collect(listFiles({ repo, hubUrl, revision: 'refs/pr/1', path: 'sub' }));
    expect(pull.map(({ path }) => path)).toEqual(['sub/näme.txt']);
    for (const [path, size] of [
      ['config.json', 7],
      ['empty.txt', 0],
      ['100%.txt', 7],
      ['sub/näme.txt', 4],
      ['model.safetensors', 3_000_000],
    ] as const) {
      const blob = await downloadFile({ repo, hubUrl, path });
      expect((await blob?.arrayBuffer())?.byteLength, path).toBe(size);
    }
    expect(await downloadFile({ repo, hubUrl, path: 'nope' })).toBeNull();
    expect(await fileExists({ repo, hubUrl, path: 'config.json' })).toBe(true);
    expect(await fileExists({ repo, hubUrl, path: 'nope' })).toBe(false);
    expect(await modelInfo({ name: repo, hubUrl })).toMatchObject({ name: repo, gated: false });
    const models = await collect(listModels({ search: { query: 'name' }, hubUrl }));
    expect(models.map(({ name }) => name)).toEqual([repo]);
    const commits = await collect(listCommits({ repo, hubUrl }));
    expect(commits.map(({ oid }) => oid)).toEqual([sha]);
    const folder = await snapshotDownload({ repo, hubUrl, cacheDir: await endpoint.home() });
    expect(await readFile(join(folder, 'sub/näme.txt'), 'utf8')).toBe('text');
    expect((await readFile(join(folder, 'model.safetensors'))).byteLength).toBe(3_000_000);
  }
  expect(endpoint.hub.bodyBytes('*.safetensors')).toBe(3_000_000);
  expect(endpoint.errors).toEqual([]);
});
