import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { startFakeHub } from '../start-fake-hub.ts';
import { ask, askJson } from '../testing/ask.ts';

type Entry = Record<string, unknown> & { readonly path: string };

const FILES = { 'README.md': 'hi', 'sub/deep/x.bin': 'weights', 'sub/y.txt': 'y' };

it('lists one folder, or everything below it', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const tree = `${hub.url}/api/models/o/m/tree/main`;
  const paths = async (rest: string): Promise<string[]> =>
    (await askJson<Entry[]>(`${tree}${rest}`)).map(({ path }) => path);
  expect(await paths('')).toEqual(['sub', 'README.md']);
  expect(await paths('?recursive=true')).toEqual([
    'sub',
    'sub/deep',
    'README.md',
    'sub/deep/x.bin',
    'sub/y.txt',
  ]);
  expect(await paths('/sub')).toEqual(['sub/deep', 'sub/y.txt']);
  expect(await paths('/sub/?recursive=1')).toEqual(['sub/deep', 'sub/deep/x.bin', 'sub/y.txt']);
});

it('describes files, LFS files and folders', async () => {
  await using hub = await startFakeHub({ xet: true });
  const id = await hub.addModel({ id: 'o/m', files: FILES });
  const [folder, , readme, weights] = await askJson<Entry[]>(
    `${hub.url}/api/models/o/m/tree/main?recursive=true&expand=true`,
  );
  const lastCommit = { id, title: 'initial commit', date: '2025-01-01T00:00:00.000Z' };
  const oid = expect.stringMatching(/^[0-9a-f]{40}$/);
  expect(folder).toEqual({ type: 'directory', oid, size: 0, path: 'sub', lastCommit });
  const safe = { securityFileStatus: expect.objectContaining({ status: 'safe' }), lastCommit };
  expect(readme).toEqual({
    ...safe,
    type: 'file',
    oid: '32f95c0d1244a78b2be1bab8de17906fabb2c4a8',
    size: 2,
    path: 'README.md',
  });
  expect(weights).toEqual({
    ...safe,
    type: 'file',
    oid,
    size: 7,
    path: 'sub/deep/x.bin',
    lfs: {
      oid: createHash('sha256').update('weights').digest('hex'),
      size: 7,
      pointerSize: 126,
    },
    xetHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it('names the last commit that changed a path', async () => {
  await using hub = await startFakeHub();
  const first = await hub.addModel({ id: 'o/m', files: FILES });
  const second = await hub.commit('o/m', { files: { 'sub/y.txt': 'z' }, title: 'z' });
  const entries = await askJson<Entry[]>(
    `${hub.url}/api/models/o/m/tree/main?recursive=true&expand=true`,
  );
  const commits = entries.map(({ path, lastCommit }) => [path, (lastCommit as { id: string }).id]);
  expect(Object.fromEntries(commits)).toEqual({
    sub: second,
    'sub/deep': first,
    'README.md': first,
    'sub/deep/x.bin': first,
    'sub/y.txt': second,
  });
});

it('gives pages of 1000, or 50 with expand, chained by absolute links', async () => {
  await using hub = await startFakeHub();
  const files = Object.fromEntries(Array.from({ length: 2_300 }, (_, n) => [`f${n}`, 'x']));
  await hub.addModel({ id: 'o/m', files });
  const pages = async (query: string): Promise<number[]> => {
    const sizes: number[] = [];
    let url: string | undefined = `${hub.url}/api/models/o/m/tree/main?recursive=true${query}`;
    while (url !== undefined) {
      const told = await ask(url);
      sizes.push((JSON.parse(told.body.toString()) as unknown[]).length);
      url = /^<(http[^>]+)>; rel="next"$/.exec(String(told.headers['link'] ?? ''))?.[1];
    }
    return sizes;
  };
  expect(await pages('')).toEqual([1000, 1000, 300]);
  expect(await pages('&limit=2000')).toEqual([1000, 1000, 300]);
  expect(await pages('&limit=900')).toEqual([900, 900, 500]);
  expect((await pages('&expand=true')).every((size) => size === 50)).toBe(true);
});

it('says which folder does not exist', async () => {
  await using hub = await startFakeHub();
  const commit = await hub.addModel({ id: 'o/m', files: FILES });
  const told = await ask(`${hub.url}/api/models/o/m/tree/main/additional_chat_templates`);
  expect(told.status).toBe(404);
  expect(told.headers['x-error-code']).toBe('EntryNotFound');
  expect(told.headers['x-repo-commit']).toBe(commit);
  expect(JSON.parse(told.body.toString())).toEqual({
    error: 'additional_chat_templates does not exist on "main"',
  });
});

it('answers paths-info for forms and for JSON, unknown paths left out', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const url = `${hub.url}/api/models/o/m/paths-info/main`;
  const form = await askJson<Entry[]>(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'paths=sub&paths=README.md&paths=nope&expand=True',
  });
  expect(form.map(({ path }) => path)).toEqual(['sub', 'README.md']);
  expect(form[0]).toHaveProperty('lastCommit');
  const json = await askJson<Entry[]>(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ paths: ['sub/y.txt', 'nope'] }),
  });
  expect(json.map(({ path }) => path)).toEqual(['sub/y.txt']);
  expect(json[0]).not.toHaveProperty('lastCommit');
  const bad = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' };
  expect((await ask(url, bad)).status).toBe(400);
});
