import { describe, expect, it } from 'vitest';
import { endOfJob } from './follow-job.ts';
import { type TestServer, testServer } from './test-server.ts';

const API = '/-/api/v1';
const KEY = encodeURIComponent('hf@org/name');
const PNG = Buffer.from('iVBORw0KGgo=', 'base64');
const README = `---
license: mit
tags: [a, <script>]
---
# Name
<script>alert(1)</script>
`;
const files = {
  'README.md': README,
  'config.json': '{}',
  'img/a b.png': PNG,
  'page.html': '<script>alert(1)</script>',
};

async function pull(
  test: TestServer,
  model: string,
  { token, ...body }: { token?: string; include?: string[] } = {},
): Promise<void> {
  const asked = { body: { model, ...body }, ...(token && { token }) };
  const { id } = (await test.ask(`${API}/pulls`, asked)).json();
  expect(await endOfJob(test, id, token)).toMatchObject({ state: 'done' });
}

async function withModels(): Promise<TestServer> {
  const test = await testServer();
  const about = (license: string, libraryName: string, ...tags: string[]) => ({
    tags: [`license:${license}`, ...tags],
    libraryName,
    pipelineTag: 'text-generation',
  });
  await test.hub.addModel({ id: 'org/name', files, ...about('mit', 'transformers', 'en', 'fr') });
  await test.hub.addModel({ id: 'org/other', files, ...about('gpl', 'diffusers', 'en') });
  await pull(test, 'org/name');
  await pull(test, 'org/other', { include: ['*.json', 'README.md'] });
  return test;
}

describe('the list of models', () => {
  it('is narrowed by any of several values, searched, sorted and counted', async () => {
    await using test = await withModels();
    const keys = async (query: string): Promise<string[]> =>
      (await test.ask(`${API}/models?${query}`))
        .json<{ models: { modelId: string }[] }>()
        .models.map(({ modelId }) => modelId);
    const both = ['org/name', 'org/other'];
    expect(await keys('library=transformers&library=diffusers')).toEqual(both);
    expect(await keys('library=diffusers&sort=library&order=desc')).toEqual(['org/other']);
    expect(await keys('language=fr')).toEqual(['org/name']);
    expect(await keys('license=gpl')).toEqual(['org/other']);
    expect(await keys('search=DIFF')).toEqual(['org/other']);
    expect(await keys('complete=false')).toEqual(['org/other']);
    expect(await keys('connection=hub')).toEqual(both);
    expect(await keys('connection=')).toEqual([]);
    expect(await keys('sort=size')).toEqual(both.toReversed());
    const short = (await test.ask(`${API}/models?fields=short`)).json<{
      sizeInBytes: number;
      models: { license: string; metadata: object; sizeInBytes: number }[];
    }>();
    expect(short.models[0]).toMatchObject({
      license: 'mit',
      metadata: { libraryName: 'transformers' },
    });
    expect(short.models[0]?.metadata).not.toHaveProperty('tags');
    expect(short.sizeInBytes).toBe(short.models.reduce((sum, model) => sum + model.sizeInBytes, 0));
  });

  it('tells what there is to filter by, of what is found', async () => {
    await using test = await withModels();
    const facets = async (query = ''): Promise<unknown> =>
      (await test.ask(`${API}/facets${query}`)).json();
    expect(await facets()).toMatchObject({
      total: 2,
      complete: 1,
      partial: 1,
      pinned: 0,
      languages: [
        { name: 'en', count: 2 },
        { name: 'fr', count: 1 },
      ],
      licenses: [{ name: 'gpl' }, { name: 'mit' }],
      connections: [{ name: 'hub', count: 2 }],
    });
    expect(await facets('?license=mit')).toMatchObject({
      total: 1,
      partial: 0,
      licenses: [{ name: 'mit' }],
    });
    await test.ask(`${API}/models/${KEY}`, { method: 'DELETE' });
    expect(await facets()).toMatchObject({ total: 1 });
  });
});

describe('a model', () => {
  it('has a card, as text and without what stands before it', async () => {
    await using test = await withModels();
    const card = await test.ask(`${API}/models/${KEY}/card`);
    expect(card.json()).toEqual({
      text: '# Name\n<script>alert(1)</script>\n',
      frontMatter: { license: 'mit', tags: ['a', '<script>'] },
      truncated: false,
    });
    expect(card.headers['content-type']).toBe('application/json; charset=utf-8');
    await test.hub.addModel({ id: 'org/bare', files: { 'config.json': '{}' } });
    await pull(test, 'org/bare');
    const none = await test.ask(`${API}/models/hf%40org%2Fbare/card`);
    expect(none.json()).toMatchObject({ error: { code: 'file-not-found' } });
  });

  it('gives its files in a form in which nothing runs', async () => {
    await using test = await withModels();
    const file = (path: string, asked = {}) =>
      test.ask(`${API}/models/${KEY}/files/${path}`, asked);
    const page = await file('page.html');
    expect(page.text).toBe('<script>alert(1)</script>');
    expect(page.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringContaining('attachment; filename="page.html"') as string,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect((await file('page.html?inline=true')).headers['content-disposition']).toContain(
      'attachment',
    );
    const image = await file('img%2Fa%20b.png?inline=true');
    expect(image.headers['content-type']).toBe('image/png');
    expect(image.headers['content-disposition']).toBeUndefined();
    expect(image.bytes).toEqual(PNG);
    const part = await file('page.html', { headers: { range: 'bytes=1-6' } });
    expect([part.status, part.text]).toEqual([206, 'script']);
    for (const path of ['nothing', '..%2Findex.db', 'img']) {
      expect((await file(path)).status, path).toBe(404);
    }
  });

  it('tells who used it and who shares its contents; looking at it is no use', async () => {
    await using test = await withModels();
    await test.ask(`${API}/models/${KEY}/card`);
    const shown = async (): Promise<unknown> => (await test.ask(`${API}/models/${KEY}`)).json();
    const size = README.length + 2;
    expect(await shown()).toMatchObject({
      lastUsed: null,
      usedBy: [],
      sharedWith: [{ key: 'hf@org/other', modelId: 'org/other', sharedBytes: size }],
    });
    await test.ask('/org/name/resolve/main/config.json');
    expect(await shown()).toMatchObject({ usedBy: [{ user: 'local', revision: 'main' }] });
    await test.server.stop();
  });
});

describe('what is gated', () => {
  it('is shown to nobody whom no connection enables it for', async () => {
    await using test = await testServer({}, { models: ['org/name'] });
    await test.hub.addModel({ id: 'org/name', files });
    await test.hub.addModel({ id: 'org/gated', files, gated: 'auto' });
    const [ada, uma] = [await test.addUser('ada', 'admin'), await test.addUser('uma', 'user')];
    await pull(test, 'org/name', { token: ada });
    await pull(test, 'org/gated', { token: ada });
    const gated = `${API}/models/${encodeURIComponent('hf@org/gated')}`;
    const list = async (token: string): Promise<unknown> =>
      (await test.ask(`${API}/models`, { token })).json();
    expect(await list(ada)).toMatchObject({ total: 2 });
    expect(await list(uma)).toMatchObject({ total: 1, models: [{ modelId: 'org/name' }] });
    expect((await test.ask(`${API}/facets`, { token: uma })).json()).toMatchObject({ total: 1 });
    expect((await test.ask(`${API}/usage`, { token: uma })).json()['models']).toHaveLength(1);
    for (const path of ['', '/card', '/files/README.md', '/archive', '/snapshot']) {
      expect((await test.ask(gated + path, { token: uma })).status, path).toBe(403);
      expect((await test.ask(gated + path, { token: ada })).status, path).toBe(200);
    }
    const shared = await test.ask(`${API}/models/${KEY}`, { token: uma });
    expect(shared.json()).toMatchObject({ sharedWith: [] });
    const pulled = await test.ask(`${API}/pulls`, { body: { model: 'org/gated' }, token: uma });
    expect(await endOfJob(test, pulled.json()['id'], uma)).toMatchObject({
      state: 'failed',
      error: { code: 'not-enabled' },
    });
  });
});
