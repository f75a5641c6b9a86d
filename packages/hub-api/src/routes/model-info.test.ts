import { expect, it } from 'vitest';
import { asking } from '../../test/ask.ts';
import { COMMIT, FakeView, failure } from '../../test/fake-view.ts';

const URL = '/api/models/org/name';
const SHA256 = '9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c';

function view(info?: Readonly<Record<string, unknown>>): FakeView {
  return new FakeView().add({
    id: 'org/name',
    branches: ['refs/pr/1'],
    files: { 'a.json': '{}', 'm.safetensors': 'weights' },
    ...(info === undefined ? {} : { info }),
  });
}

it('tells what the source told, in its own words', async () => {
  const info = {
    _id: '0123456789abcdef01234567',
    id: 'other/name',
    modelId: 'other/name',
    author: 'org',
    sha: 'elsewhere',
    private: true,
    gated: 'manual',
    disabled: false,
    lastModified: '2026-02-03T04:05:06.000Z',
    createdAt: '2025-02-03T04:05:06.000Z',
    tags: ['en', 'bert'],
    downloads: 7,
    likes: 3,
    pipeline_tag: 'fill-mask',
    library_name: 'transformers',
    cardData: { license: 'mit' },
    config: { architectures: ['Bert'] },
    safetensors: { parameters: { F32: 3 }, total: 3 },
    siblings: [{ rfilename: 'not this one' }],
    xetEnabled: true,
    spaces: ['org/space'],
    usedStorage: 12,
  };
  const { ask } = asking(view(info));
  const told = (await ask(URL)).json();
  const { xetEnabled: _, ...expected } = info;
  expect(told).toEqual({
    ...expected,
    id: 'org/name',
    modelId: 'org/name',
    sha: COMMIT,
    private: false,
    gated: false,
    siblings: [{ rfilename: 'a.json' }, { rfilename: 'm.safetensors' }],
  });
});

it('tells of a model that was imported what clients cannot do without', async () => {
  const { ask } = asking(view({}));
  expect((await ask(URL)).json()).toMatchObject({
    _id: expect.stringMatching(/^[0-9a-f]{24}$/),
    id: 'org/name',
    modelId: 'org/name',
    author: 'org',
    sha: COMMIT,
    private: false,
    gated: false,
    disabled: false,
    tags: [],
    downloads: 0,
    likes: 0,
  });
});

it('adds sizes, blob ids and LFS facts for blobs, and the security status', async () => {
  const { ask } = asking(view());
  expect((await ask(`${URL}?blobs=true&securityStatus=True`)).json()).toMatchObject({
    siblings: [
      { rfilename: 'a.json', size: 2, blobId: '9e26dfeeb6e641a33dae4961196235bdb965b21b' },
      {
        rfilename: 'm.safetensors',
        size: 7,
        blobId: 'c6a67be4f3ef29ed4a07b4f2446625126a25cfda',
        lfs: { sha256: SHA256, size: 7, pointerSize: 126 },
      },
    ],
    securityRepoStatus: { scansDone: false, filesWithIssues: [] },
  });
});

it('tells only what expand names, in both forms', async () => {
  const { ask, view: asked } = asking(view());
  for (const query of ['expand=sha&expand=gated', 'expand[]=sha&expand%5B%5D=gated']) {
    expect((await ask(`${URL}?${query}`)).json()).toEqual({
      _id: expect.any(String),
      id: 'org/name',
      sha: COMMIT,
      gated: false,
    });
  }
  expect(asked.forwarded).toEqual([]);
});

it('asks the source for fields that only it knows, and does without when it is away', async () => {
  const fake = view();
  fake.answer = { body: '{"_id":"x","id":"org/name","downloadsAllTime":9}' };
  const { ask } = asking(fake);
  const url = `${URL}?expand=downloadsAllTime&expand=sha`;
  expect((await ask(url)).json()).toMatchObject({ downloadsAllTime: 9 });
  fake.failure = failure('offline');
  fake.failing = (call) => call.startsWith('forward');
  expect((await ask(url)).json()).toEqual({ _id: expect.any(String), id: 'org/name', sha: COMMIT });
});

it.each(['main', 'HEAD', 'v1.0', COMMIT, 'refs%2Fpr%2F1', 'refs/pr/1'])(
  'finds %s',
  async (revision) => {
    const { ask } = asking(view());
    const told = await ask(`${URL}/revision/${revision}`);
    expect([told.status, told.json()['sha']]).toEqual([200, COMMIT]);
  },
);

it('says which revision there is not', async () => {
  const { ask } = asking(view());
  const told = await ask(`${URL}/revision/nope`);
  expect([told.status, told.headers['x-error-code']]).toEqual([404, 'RevisionNotFound']);
});

it('serves canonical ids, and ids in another case, as they are', async () => {
  const fake = view().add({ id: 'gpt2', files: { 'a.json': '{}' } });
  const { ask } = asking(fake);
  const bare = (await ask('/api/models/gpt2')).json();
  expect(bare).toMatchObject({ id: 'gpt2' });
  expect(bare).not.toHaveProperty('author');
  expect((await ask('/api/models/gpt2/tree/main')).json<unknown[]>()).toHaveLength(1);
  expect((await ask('/gpt2/resolve/main/a.json')).body).toBe('{}');
  expect((await ask('/api/models/ORG/Name')).json()).toMatchObject({ id: 'org/name' });
  expect((await ask('/ORG/Name/resolve/main/a.json')).body).toBe('{}');
});

it('leads from an old name to the new one, without a host and with the prefix', async () => {
  const fake = view();
  fake.renames.set('old', 'org/name');
  const plain = asking(fake);
  const prefixed = asking(fake, { prefix: '/hub/' });
  const location = async (target: string, init?: RequestInit): Promise<unknown> => {
    const told = await plain.ask(target, init);
    const below = await prefixed.ask(`/hub${target}`, init);
    expect([told.status, below.status]).toEqual([307, 307]);
    expect(below.headers['location']).toBe(`/hub${told.headers['location']}`);
    return told.headers['location'];
  };
  expect(await location('/api/models/old?blobs=true')).toBe('/api/models/org/name?blobs=true');
  expect(await location('/api/models/old/tree/refs%2Fpr%2F1/sub%20x?recursive=1')).toBe(
    '/api/models/org/name/tree/refs%2Fpr%2F1/sub%20x?recursive=1',
  );
  const post = { method: 'POST', body: new URLSearchParams({ paths: 'a' }) };
  expect(await location('/api/models/old/paths-info/main', post)).toBe(
    '/api/models/org/name/paths-info/main',
  );
  const head = { method: 'HEAD' };
  expect(await location('/old/resolve/main/a.json?download=true', head)).toBe(
    '/org/name/resolve/main/a.json?download=true',
  );
  expect(await location('/old/raw/main/a.json')).toBe('/org/name/raw/main/a.json');
  expect(await location('/old')).toBe('/org/name');
});
