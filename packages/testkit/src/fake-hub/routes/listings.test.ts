import { expect, it } from 'vitest';
import { startFakeHub } from '../start-fake-hub.ts';
import { ask, askJson } from '../testing/ask.ts';

type Row = Record<string, unknown>;

it('lists branches, converts, tags and, if asked, pull requests', async () => {
  await using hub = await startFakeHub();
  const first = await hub.addModel({ id: 'o/m', files: { a: '1' }, branches: ['dev'] });
  hub.tag('o/m', 'v1.0', first);
  const pull = await hub.commit('o/m', { branch: 'refs/pr/1', files: { a: '2' } });
  const refs = {
    branches: [
      { name: 'main', ref: 'refs/heads/main', targetCommit: first },
      { name: 'dev', ref: 'refs/heads/dev', targetCommit: first },
    ],
    converts: [],
    tags: [{ name: 'v1.0', ref: 'refs/tags/v1.0', targetCommit: first }],
  };
  expect(await askJson(`${hub.url}/api/models/o/m/refs`)).toEqual(refs);
  expect(await askJson(`${hub.url}/api/models/o/m/refs?include_prs=1`)).toEqual({
    ...refs,
    pullRequests: [{ name: '1', ref: 'refs/pr/1', targetCommit: pull }],
  });
  expect(() => hub.tag('o/m', 'v2', 'nope')).toThrow('no revision nope');
});

it('lists commits from the newest on, in pages', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: { a: '1' } });
  for (const title of ['second', 'third']) await hub.commit('o/m', { files: { a: title }, title });
  const told = await ask(`${hub.url}/api/models/o/m/commits/main?limit=2`);
  const rows = JSON.parse(told.body.toString()) as Row[];
  expect(rows.map(({ title }) => title)).toEqual(['third', 'second']);
  expect(rows[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{40}$/),
    title: 'third',
    message: '',
    authors: [{ user: expect.any(String), avatar: '' }],
    date: '2025-01-01T00:02:00.000Z',
  });
  expect(told.headers['x-total-count']).toBe('3');
  const next = /<([^>]+)>; rel="next"/.exec(String(told.headers['link']))?.[1] ?? '';
  const last = await ask(next);
  expect((JSON.parse(last.body.toString()) as Row[]).map(({ title }) => title)).toEqual([
    'initial commit',
  ]);
  expect(last.headers).not.toHaveProperty('link');
});

it('filters, sorts and pages the list of models', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'a/x', files: { f: '1' }, tags: ['en'], likes: 1, cardData: { l: 1 } });
  await hub.addModel({ id: 'a/y', files: { f: '2' }, pipelineTag: 'fill-mask', likes: 5 });
  await hub.addModel({ id: 'b/x', files: { f: '3' }, gated: 'auto', likes: 3 });
  await hub.addModel({ id: 'b/secret', files: { f: '4' }, private: true });
  hub.addToken('hf_all', { grants: '*' });
  const ids = async (query: string, headers = {}): Promise<unknown[]> =>
    (await askJson<Row[]>(`${hub.url}/api/models?${query}`, { headers })).map(({ id }) => id);
  expect(await ids('')).toEqual(['a/x', 'a/y', 'b/x']);
  expect(await ids('', { authorization: 'Bearer hf_all' })).toContain('b/secret');
  expect(await ids('search=X')).toEqual(['a/x', 'b/x']);
  expect(await ids('author=a')).toEqual(['a/x', 'a/y']);
  expect(await ids('filter=en')).toEqual(['a/x']);
  expect(await ids('pipeline_tag=fill-mask')).toEqual(['a/y']);
  expect(await ids('gated=true')).toEqual(['b/x']);
  expect(await ids('sort=likes&direction=-1')).toEqual(['a/y', 'b/x', 'a/x']);
  const page = await ask(`${hub.url}/api/models?limit=2`);
  const next = /<([^>]+)>; rel="next"/.exec(String(page.headers['link']))?.[1] ?? '';
  expect((await askJson<Row[]>(next)).map(({ id }) => id)).toEqual(['b/x']);
  const [short] = await askJson<Row[]>(`${hub.url}/api/models?search=a/x`);
  expect(short).not.toHaveProperty('sha');
  expect(short).not.toHaveProperty('cardData');
  const [full] = await askJson<Row[]>(`${hub.url}/api/models?search=a/x&full=true`);
  expect(full).toMatchObject({ siblings: [{ rfilename: 'f' }], cardData: { l: 1 } });
});

it('tells who a token belongs to', async () => {
  await using hub = await startFakeHub();
  hub.addToken('hf_anna', { name: 'anna', orgs: ['acme'], role: 'write' });
  const url = `${hub.url}/api/whoami-v2`;
  const headers = { authorization: 'Bearer hf_anna' };
  expect(await askJson(url, { headers })).toMatchObject({
    type: 'user',
    name: 'anna',
    orgs: [{ name: 'acme' }],
    auth: { type: 'access_token', accessToken: { role: 'write' } },
  });
  for (const authorization of [undefined, 'Bearer hf_other']) {
    const told = await ask(url, authorization === undefined ? {} : { headers: { authorization } });
    expect(told.status).toBe(401);
    expect(told.headers['x-error-message']).toBe('Invalid username or password.');
  }
});
