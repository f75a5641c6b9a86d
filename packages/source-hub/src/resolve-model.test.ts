import { expect, test } from 'vitest';
import { failure, fakeHub, sourceOf } from '../test/hub.ts';

const files = { 'config.json': '{}' };

test('says what the Hub says about a model', async () => {
  const hub = await fakeHub();
  const commit = await hub.addModel({
    id: 'Org/Name.v1',
    files,
    tags: ['en', 'region:us'],
    libraryName: 'transformers',
    pipelineTag: 'text-generation',
    gated: 'auto',
    lastModified: '2025-06-07T08:09:10.000Z',
  });
  const source = sourceOf(hub);
  expect([source.name, source.endpoint, source.specificationVersion]).toEqual([
    'huggingface',
    hub.url,
    'v1',
  ]);
  expect(await source.resolve('Org/Name.v1', 'main')).toEqual({
    modelId: 'Org/Name.v1',
    commit,
    lastModified: '2025-06-07T08:09:10.000Z',
    libraryName: 'transformers',
    pipelineName: 'text-generation',
    tags: expect.arrayContaining(['en', 'region:us']),
    gated: true,
    private: false,
    url: `${hub.url}/Org%2FName.v1/tree/main`,
  });
});

test('knows bare names, branches, tags, pull requests, commits and their beginnings', async () => {
  const hub = await fakeHub();
  const first = await hub.addModel({ id: 'gpt2', files, gitTags: ['v1.0'] });
  const second = await hub.commit('gpt2', { files: { a: 'b' } });
  const request = await hub.commit('gpt2', { branch: 'refs/pr/1', files: { a: 'c' } });
  const branch = await hub.commit('gpt2', { branch: 'feature/x y#1?', files: { a: 'd' } });
  const source = sourceOf(hub);
  const commits = new Map<string, string>();
  for (const revision of ['main', 'v1.0', 'refs/pr/1', 'feature/x y#1?', first]) {
    commits.set(revision, (await source.resolve('gpt2', revision)).commit);
  }
  expect([...commits.values()]).toEqual([second, first, request, branch, first]);
  expect((await source.resolve('gpt2', 'refs/pr/1')).url).toBe(
    `${hub.url}/gpt2/tree/refs%2Fpr%2F1`,
  );
  expect(await source.listRevisions?.('gpt2')).toEqual(
    expect.arrayContaining([
      { name: 'main', kind: 'branch', commit: second },
      { name: 'v1.0', kind: 'tag', commit: first },
      { name: 'feature/x y#1?', kind: 'branch', commit: branch },
    ]),
  );
});

test('gives the id that a renamed model has now', async () => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'old/name', files });
  hub.rename('old/name', 'new/name');
  expect(await sourceOf(hub).resolve('old/name', 'main')).toMatchObject({
    modelId: 'new/name',
    url: `${hub.url}/new%2Fname/tree/main`,
  });
});

test('works behind a path prefix', async () => {
  const hub = await fakeHub({ prefix: '/deep/hub' });
  await hub.addModel({ id: 'org/name', files });
  const source = sourceOf(hub, { endpoint: `${hub.url}/` });
  expect((await source.resolve('org/name', 'main')).url).toBe(`${hub.url}/org%2Fname/tree/main`);
});

test('an id that an address would change is refused before anything is asked', async () => {
  const hub = await fakeHub();
  const source = sourceOf(hub);
  for (const id of ['../../admin', 'org/..', './x', 'a//b', '/a', 'bad\ud800id']) {
    expect(await failure(source.resolve(id, 'main'))).toMatchObject({ code: 'invalid-argument' });
  }
  expect(hub.requests).toHaveLength(0);
});

test('an abort rejects with its reason', async () => {
  const hub = await fakeHub({ latencyMs: 60_000 });
  const controller = new AbortController();
  const resolving = failure(
    sourceOf(hub).resolve('org/name', 'main', { signal: controller.signal }),
  );
  const reason = new Error('enough');
  controller.abort(reason);
  expect(await resolving).toBe(reason);
});
