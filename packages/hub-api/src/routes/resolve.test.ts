import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { asking } from '../../test/ask.ts';
import { COMMIT, FakeView, failure } from '../../test/fake-view.ts';
import { seeded } from '../../test/seeded.ts';

const CONTENT = 'abcdefghijklmnopqrstuvwxyz';
const PATH = '/org/name/resolve/main/m.safetensors';
const ETAG = `"${createHash('sha256').update(CONTENT).digest('hex')}"`;

function view(): FakeView {
  return new FakeView().add({
    id: 'org/name',
    branches: ['refs/pr/1', 'feature/x'],
    files: {
      'm.safetensors': CONTENT,
      'a.txt': 'a',
      '100%.txt': 'percent',
      '%41.txt': 'escape',
      'sub/näme #1?.txt': 'odd',
      'Readme.md': 'one',
      'README.md': 'two',
    },
  });
}

it('sends the part that a range asks for, and the whole file for several', async () => {
  const { ask } = asking(view());
  const range = async (value: string): Promise<unknown> => {
    const told = await ask(PATH, { headers: { range: value } });
    return [told.status, told.body, told.headers['content-range']];
  };
  expect(await range('bytes=3-6')).toEqual([206, 'defg', 'bytes 3-6/26']);
  expect(await range('bytes=20-26')).toEqual([206, 'uvwxyz', 'bytes 20-25/26']);
  expect(await range('bytes=-2')).toEqual([206, 'yz', 'bytes 24-25/26']);
  expect(await range('bytes=0-0,5-6')).toEqual([200, CONTENT, undefined]);
  expect(await range('bytes=26-')).toEqual([416, 'the file has 26 bytes', 'bytes */26']);
});

it('puts a file together from any cuts', async () => {
  const { ask } = asking(view());
  const random = seeded();
  for (let round = 0; round < 100; round += 1) {
    const cuts = Array.from({ length: 1 + random.next(4) }, () => random.next(25) + 1);
    const edges = [...new Set([0, ...cuts, 26])].sort((a, b) => a - b);
    let got = '';
    for (const [index, end] of edges.slice(1).entries()) {
      const range = `bytes=${edges[index]}-${end - 1}`;
      got += (await ask(PATH, { headers: { range } })).body;
    }
    expect(got, `SEED=${random.seed}`).toBe(CONTENT);
  }
});

it('heeds If-Range, If-None-Match and If-Match', async () => {
  const { ask } = asking(view());
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await ask(PATH, { headers })).status;
  const range = 'bytes=1-2';
  expect(await status({ range, 'if-range': ETAG })).toBe(206);
  expect(await status({ range, 'if-range': '"other"' })).toBe(200);
  expect(await status({ range, 'if-range': `W/${ETAG}` })).toBe(200);
  expect(await status({ range, 'if-range': 'Wed, 21 Oct 2026 07:28:00 GMT' })).toBe(200);
  expect(await status({ 'if-none-match': ETAG })).toBe(304);
  expect(await status({ 'if-none-match': `"x", W/${ETAG}` })).toBe(304);
  expect(await status({ 'if-none-match': '*' })).toBe(304);
  expect(await status({ 'if-none-match': '"x"' })).toBe(200);
  expect(await status({ range, 'if-none-match': ETAG })).toBe(304);
  expect(await status({ 'if-match': ETAG })).toBe(200);
  expect(await status({ 'if-match': '"x"' })).toBe(412);
});

it('ignores a range on HEAD', async () => {
  const { ask } = asking(view());
  const told = await ask(PATH, { method: 'HEAD', headers: { range: 'bytes=1-2' } });
  expect([told.status, told.headers['content-length']]).toEqual([200, '26']);
});

it('leaves the size of a file above 50 GB out of what it tells huggingface_hub at HEAD', async () => {
  const fake = view();
  fake.sizes.set('m.safetensors', 50_000_000_001);
  const { ask } = asking(fake);
  const sizes = async (agent: string): Promise<unknown> => {
    const { headers } = await ask(PATH, { method: 'HEAD', headers: { 'user-agent': agent } });
    return [headers['content-length'], headers['x-linked-size'], headers['etag'] === undefined];
  };
  const size = '50000000001';
  expect(await sizes('unknown/None; hf_hub/2.4.0; python/3.13')).toEqual([
    undefined,
    undefined,
    false,
  ]);
  expect(await sizes('llama-cpp/b7000')).toEqual([size, size, false]);
});

it.each([
  ['resolve/refs%2Fpr%2F1/a.txt', 'a'],
  ['resolve/refs/pr/1/a.txt', 'a'],
  ['resolve/feature%2Fx/a.txt', 'a'],
  ['resolve/feature/x/a.txt', 'a'],
  ['resolve/HEAD/a.txt', 'a'],
  [`resolve/${COMMIT}/a.txt`, 'a'],
  ['resolve/main/100%25.txt', 'percent'],
  ['resolve/main/100%.txt', 'percent'],
  ['resolve/main/%2541.txt', 'escape'],
  ['resolve/main/%41.txt', 'escape'],
  ['resolve/main/sub/n%C3%A4me%20%231%3F.txt', 'odd'],
  ['resolve/main/sub%2Fn%C3%A4me%20%231%3F.txt', 'odd'],
  ['resolve/main/sub/nÃ¤me%20%231%3F.txt', 'odd'],
  ['resolve/main/Readme.md', 'one'],
  ['resolve/main/README.md', 'two'],
])('finds %s', async (path, body) => {
  const { ask } = asking(view());
  expect((await ask(`/org/name/${path}`)).body).toBe(body);
});

it('tells a missing revision from a missing file', async () => {
  const { ask } = asking(view());
  const code = async (path: string): Promise<unknown> => {
    const { status, headers } = await ask(`/org/name/resolve/${path}`);
    return [status, headers['x-error-code'], headers['x-repo-commit']];
  };
  expect(await code('main/nope.txt')).toEqual([404, 'EntryNotFound', COMMIT]);
  expect(await code('main/100%/nope.txt')).toEqual([404, 'EntryNotFound', COMMIT]);
  expect(await code('nope/a.txt')).toEqual([404, 'RevisionNotFound', undefined]);
});

it('lets clients remember what a commit lacks', async () => {
  const { ask } = asking(view());
  const kept = async (revision: string): Promise<unknown> =>
    (await ask(`/org/name/resolve/${revision}/nope`)).headers['cache-control'];
  expect(await kept(COMMIT)).toContain('immutable');
  expect(await kept('main')).toContain('no-cache');
});

it('tells by the status that a file cannot be fetched, and breaks off what it cannot go on with', async () => {
  const fake = view();
  fake.failure = failure('source-unavailable');
  fake.failing = (call) => call.startsWith('open');
  const { ask } = asking(fake);
  expect((await ask(PATH, { method: 'HEAD' })).status).toBe(200);
  const told = await ask(PATH);
  expect([told.status, told.headers['retry-after']]).toEqual([503, '10']);
});

it('closes a file whose reader goes away, read or not', async () => {
  const { createHubApi } = await import('../hub-api.ts');
  const fake = view();
  const api = createHubApi({ view: fake, async *listModels() {} });
  const get = (): Promise<Response> => api(new Request(`http://h${PATH}`));
  await (await get()).body?.cancel();
  expect([fake.opened, fake.closed]).toEqual([1, 1]);
  const reader = (await get()).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect([fake.opened, fake.closed]).toEqual([2, 2]);
});

it('opens a file that is here only when the body is read', async () => {
  const { createHubApi, fileOfResponse } = await import('../hub-api.ts');
  const fake = view();
  fake.localPath = (path) => `/blobs/${path}`;
  const api = createHubApi({ view: fake, async *listModels() {} });
  const response = await api(new Request(`http://h${PATH}`, { headers: { range: 'bytes=2-4' } }));
  expect(fileOfResponse(response)).toMatchObject({
    localPath: '/blobs/m.safetensors',
    start: 2,
    end: 5,
  });
  expect(fake.opened).toBe(0);
  expect(fake.sent).toEqual(['m.safetensors']);
  expect(await response.text()).toBe('cde');
  expect(fileOfResponse(new Response('x'))).toBeUndefined();
});

it('gives the ETag by which a Hugging Face cache names the file', async () => {
  const { ask } = asking(view());
  const etag = async (path: string): Promise<unknown> =>
    (await ask(`/org/name/resolve/main/${path}`, { method: 'HEAD' })).headers['etag'];
  expect(await etag('m.safetensors')).toBe(ETAG);
  const oid = createHash('sha1').update('blob 1\0a').digest('hex');
  expect(await etag('a.txt')).toBe(`"${oid}"`);
});
