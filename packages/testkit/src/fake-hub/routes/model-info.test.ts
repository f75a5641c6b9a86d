import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { startFakeHub } from '../start-fake-hub.ts';
import { ask, askJson } from '../testing/ask.ts';

it('tells of a model what the Hub tells', async () => {
  await using hub = await startFakeHub();
  const sha = await hub.addModel({
    id: 'org/name',
    files: { 'b.json': '{}', 'a/model.safetensors': 'weights' },
    tags: ['en'],
    libraryName: 'transformers',
    pipelineTag: 'fill-mask',
    cardData: { license: 'mit' },
    info: { safetensors: { parameters: { F32: 3 }, total: 3 } },
    lastModified: '2026-02-03T04:05:06.000Z',
  });
  expect(await askJson(`${hub.url}/api/models/org/name`)).toEqual({
    _id: expect.stringMatching(/^[0-9a-f]{24}$/),
    id: 'org/name',
    modelId: 'org/name',
    author: 'org',
    sha,
    private: false,
    gated: false,
    disabled: false,
    lastModified: '2026-02-03T04:05:06.000Z',
    createdAt: '2026-02-03T04:05:06.000Z',
    tags: ['en'],
    downloads: 0,
    likes: 0,
    pipeline_tag: 'fill-mask',
    library_name: 'transformers',
    cardData: { license: 'mit' },
    siblings: [{ rfilename: 'a/model.safetensors' }, { rfilename: 'b.json' }],
    usedStorage: 9,
    spaces: [],
    safetensors: { parameters: { F32: 3 }, total: 3 },
  });
});

it('adds sizes, blob ids and LFS facts for blobs, and the security status', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'gpt2', files: { 'b.json': '{}', 'model.safetensors': 'weights' } });
  const info = await askJson(`${hub.url}/api/models/gpt2?blobs=true&securityStatus=True`);
  const sha256 = createHash('sha256').update('weights').digest('hex');
  expect(info['siblings']).toEqual([
    { rfilename: 'b.json', size: 2, blobId: '9e26dfeeb6e641a33dae4961196235bdb965b21b' },
    {
      rfilename: 'model.safetensors',
      size: 7,
      blobId: expect.stringMatching(/^[0-9a-f]{40}$/),
      lfs: { sha256, size: 7, pointerSize: 126 },
    },
  ]);
  expect(info['securityRepoStatus']).toEqual({ scansDone: true, filesWithIssues: [] });
  expect(info).not.toHaveProperty('author');
});

it('tells only what expand names', async () => {
  await using hub = await startFakeHub();
  const sha = await hub.addModel({ id: 'gpt2', files: { a: '1' } });
  const _id = expect.any(String);
  for (const query of ['expand=sha&expand=gated', 'expand[]=sha&expand[]=gated']) {
    const info = await askJson(`${hub.url}/api/models/gpt2?${query}`);
    expect(info).toEqual({ _id, id: 'gpt2', sha, gated: false });
  }
});

it.each([
  ['main', 0],
  ['HEAD', 0],
  ['v1', 0],
  ['dev', 1],
  ['refs%2Fpr%2F1', 2],
  ['refs/pr/1', 2],
  ['refs%2Fconvert%2Fgguf', 3],
])('finds the revision %s', async (revision, nth) => {
  await using hub = await startFakeHub();
  const commits = [await hub.addModel({ id: 'o/m', files: { a: '0' }, gitTags: ['v1'] })];
  for (const branch of ['dev', 'refs/pr/1', 'refs/convert/gguf']) {
    commits.push(await hub.commit('o/m', { branch, files: { a: branch } }));
  }
  const info = await askJson(`${hub.url}/api/models/o/m/revision/${revision}`);
  expect(info['sha']).toBe(commits[nth]);
  const short = String(commits[nth]).slice(0, 8);
  expect((await askJson(`${hub.url}/api/models/o/m/revision/${short}`))['sha']).toBe(commits[nth]);
});

it('follows a branch that moves, and keeps old commits as they were', async () => {
  await using hub = await startFakeHub();
  const before = await hub.addModel({ id: 'o/m', files: { a: '1', b: '2' } });
  const after = await hub.commit('o/m', { files: { a: 'new', b: null, c: '3' } });
  const now = await askJson(`${hub.url}/api/models/o/m`);
  expect(now['sha']).toBe(after);
  expect(now['siblings']).toEqual([{ rfilename: 'a' }, { rfilename: 'c' }]);
  const then = await askJson(`${hub.url}/api/models/o/m/revision/${before}`);
  expect(then['siblings']).toEqual([{ rfilename: 'a' }, { rfilename: 'b' }]);
});

it('answers HEAD without a body', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'gpt2', files: { a: '1' } });
  const told = await ask(`${hub.url}/api/models/gpt2`, { method: 'HEAD' });
  expect(told.status).toBe(200);
  expect(told.body).toHaveLength(0);
  expect(Number(told.headers['content-length'])).toBeGreaterThan(100);
});
