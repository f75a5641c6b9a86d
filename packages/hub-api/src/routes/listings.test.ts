import type { Entry } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import { asking } from '../../test/ask.ts';
import { COMMIT, FakeView, failure } from '../../test/fake-view.ts';

type Row = Readonly<Record<string, unknown>>;

const PATHS_INFO = '/api/models/org/name/paths-info/main';

function view(): FakeView {
  return new FakeView().add({
    id: 'org/name',
    branches: ['dev', 'refs/pr/1', 'refs/convert/parquet'],
    files: { 'a.json': '{}', 'sub/b.txt': 'b' },
  });
}

function entry(modelId: string, more: Partial<Entry['metadata']> = {}): Entry {
  return {
    key: `hf@${modelId}`,
    modelId,
    revision: 'main',
    commit: COMMIT,
    metadata: { modelDefinition: { key: `hf@${modelId}` }, url: 'x', version: 0, ...more },
    downloadedBy: 'anna',
    downloadDate: 1_700_000_000_000,
    pinned: false,
  };
}

it('tells of paths, by form and by JSON', async () => {
  const { ask } = asking(view());
  const form = new URLSearchParams([
    ['paths', 'sub'],
    ['paths', 'nope'],
    ['paths', 'a.json'],
  ]);
  const json = (body: unknown): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const paths = async (init: RequestInit): Promise<unknown> =>
    (await ask(PATHS_INFO, init)).json<Row[]>().map(({ path }) => path);
  expect(await paths({ method: 'POST', body: form })).toEqual(['sub', 'a.json']);
  expect(await paths(json({ paths: ['sub/', 'sub/b.txt', ''] }))).toEqual(['sub', 'sub/b.txt']);
  expect(await paths(json({ paths: 'a.json' }))).toEqual(['a.json']);
  expect(await paths(json({ paths: ['__proto__', 'constructor'] }))).toEqual([]);
  const [row] = (await ask(PATHS_INFO, json({ paths: ['a.json'], expand: true }))).json<Row[]>();
  expect(row).toMatchObject({ lastCommit: { id: COMMIT } });
  for (const body of [{}, null, { paths: 1 }, { paths: [1] }]) {
    expect((await ask(PATHS_INFO, json(body))).status).toBe(400);
  }
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  expect((await ask(PATHS_INFO, { ...init, body: '{' })).status).toBe(400);
  expect((await ask(PATHS_INFO, { ...init, body: ' '.repeat(1_048_577) })).status).toBe(413);
  expect((await ask(PATHS_INFO)).status).toBe(405);
});

it('lists branches and tags, and pull requests only from the source', async () => {
  const fake = view();
  const { ask } = asking(fake);
  const refs = {
    branches: [
      { name: 'main', ref: 'refs/heads/main', targetCommit: COMMIT },
      { name: 'dev', ref: 'refs/heads/dev', targetCommit: COMMIT },
    ],
    converts: [{ name: 'parquet', ref: 'refs/convert/parquet', targetCommit: COMMIT }],
    tags: [{ name: 'v1.0', ref: 'refs/tags/v1.0', targetCommit: COMMIT }],
  };
  expect((await ask('/api/models/org/name/refs')).json()).toEqual(refs);
  expect(fake.forwarded).toEqual([]);
  fake.answer = { body: '{"pullRequests":["from the source"]}' };
  const url = '/api/models/org/name/refs?include_prs=1';
  expect((await ask(url)).json()).toEqual({ pullRequests: ['from the source'] });
  fake.origin = 'stale';
  const asked = fake.forwarded.length;
  expect((await ask(url)).headers['x-modelkeep-cache']).toBe('stale');
  expect(fake.forwarded).toHaveLength(asked);
  fake.origin = 'hit';
  fake.failure = failure('source-unavailable');
  fake.failing = (call) => call.startsWith('forward');
  const pullRequests = [{ name: '1', ref: 'refs/pr/1', targetCommit: COMMIT }];
  expect((await ask(url)).json()).toEqual({ ...refs, pullRequests });
});

it('takes commits from the source, and knows one when that is away', async () => {
  const fake = view();
  const { ask } = asking(fake);
  fake.answer = {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-total-count': '3',
      link: '<https://huggingface.co/api/models/org/name/commits/main?p=1>; rel="next"',
    },
    body: '[{"id":"1"}]',
  };
  const told = await ask('/api/models/org/name/commits/main?limit=1');
  expect(told.headers).toMatchObject({
    'x-total-count': '3',
    link: '<http://cache.test:8080/api/models/org/name/commits/main?p=1>; rel="next"',
    'x-modelkeep-cache': 'miss',
  });
  expect(told.json()).toEqual([{ id: '1' }]);
  const known = {
    id: COMMIT,
    title: '',
    message: '',
    authors: [],
    date: '2026-01-02T03:04:05.000Z',
  };
  fake.answer = { status: 503, body: '{"error":"down"}' };
  expect((await ask('/api/models/org/name/commits/main')).json()).toEqual([known]);
  fake.failure = failure('offline');
  fake.failing = (call) => call.startsWith('forward');
  const away = await ask('/api/models/org/name/commits/main');
  expect(away.json()).toEqual([known]);
  expect(away.headers).toMatchObject({ 'x-total-count': '1', 'x-modelkeep-cache': 'stale' });
  expect((await ask('/api/models/org/name/commits/main?p=1')).json()).toEqual([]);
  fake.failure = failure('gated');
  expect((await ask('/api/models/org/name/commits/main')).status).toBe(401);
});

it('asks the source on which side of a gate we are', async () => {
  const fake = view().add({ id: 'org/gated', files: {}, gated: true });
  const { ask } = asking(fake);
  expect((await ask('/api/models/org/name/auth-check')).body).toBe('OK');
  expect(fake.forwarded).toEqual([]);
  fake.answer = {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-error-code': 'GatedRepo' },
    body: '{"error":"ask"}',
  };
  const told = await ask('/api/models/org/gated/auth-check');
  expect([told.status, told.headers['x-error-code']]).toEqual([403, 'GatedRepo']);
});

it('passes a search on, and searches what is here when the source is away', async () => {
  const fake = view();
  const entries = [
    entry('org/b', {
      tags: ['en', 'bert'],
      pipelineName: 'fill-mask',
      libraryName: 'transformers',
    }),
    entry('org/a', { lastModified: '2026-01-01T00:00:00.000Z', tags: ['fr'] }),
    entry('other/Xylo', { lastModified: '2026-02-01T00:00:00.000Z' }),
    { ...entry('gpt2'), revision: 'v1' },
    entry('gpt2'),
  ];
  const { ask } = asking(fake, {}, entries);
  fake.answer = {
    headers: {
      'content-type': 'application/json',
      link: '<https://huggingface.co/api/models?limit=2&cursor=abc%3D>; rel="next"',
    },
    body: '[{"id":"x"}]',
  };
  const online = await ask('/api/models?search=x&limit=2');
  expect(online.json()).toEqual([{ id: 'x' }]);
  expect(online.headers['link']).toBe(
    '<http://cache.test:8080/api/models?limit=2&cursor=abc%3D>; rel="next"',
  );
  expect(fake.forwarded[0]?.path).toBe('/api/models?search=x&limit=2');

  fake.failure = failure('offline');
  const ids = async (query: string): Promise<unknown> =>
    (await ask(`/api/models?${query}`)).json<Row[]>().map(({ id }) => id);
  expect(await ids('')).toEqual(['gpt2', 'org/a', 'org/b', 'other/Xylo']);
  expect(await ids('search=XY')).toEqual(['other/Xylo']);
  expect(await ids('author=ORG')).toEqual(['org/a', 'org/b']);
  expect(await ids('filter=en&filter=transformers')).toEqual(['org/b']);
  expect(await ids('filter=en,fr')).toEqual([]);
  expect(await ids('pipeline_tag=fill-mask')).toEqual(['org/b']);
  expect(await ids('sort=lastModified&direction=-1&limit=2')).toEqual(['other/Xylo', 'org/a']);
  expect(await ids('limit=2&cursor=2')).toEqual(['org/b', 'other/Xylo']);
  expect(await ids('limit=2&cursor=nonsense')).toEqual(['gpt2', 'org/a']);
  const page = await ask('/api/models?limit=2&search=o');
  expect(page.headers['x-modelkeep-cache']).toBe('stale');
  expect(page.headers['link']).toBe(
    '<http://cache.test:8080/api/models?limit=2&search=o&cursor=2>; rel="next"',
  );
  const [short] = (await ask('/api/models?search=org/b')).json<Row[]>();
  expect(short).toMatchObject({ author: 'org', pipeline_tag: 'fill-mask', private: false });
  expect(short).not.toHaveProperty('sha');
  const [full] = (await ask('/api/models?search=org/b&full=true')).json<Row[]>();
  expect(full).toMatchObject({ sha: COMMIT, siblings: [] });
  const [few] = (await ask('/api/models?search=org/b&expand=tags')).json<Row[]>();
  expect(few).toEqual({ _id: expect.any(String), id: 'org/b', tags: ['en', 'bert'] });
});
