import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { asking } from '../../test/ask.ts';
import { COMMIT, FakeView } from '../../test/fake-view.ts';

const MIB = 1024 * 1024;
const CONTENT = 'a large one';
const PATH = '/org/name/resolve/main/m.safetensors';
const ETAG = `"${createHash('sha256').update(CONTENT).digest('hex')}"`;
const ADDRESS = 'https://bucket.test/blobs/x?signature=secret';
const HUB = { 'user-agent': 'unknown/None; hf_hub/2.4.0; python/3.11' };

function view(clients: 'auto' | 'always', size = 20 * MIB): FakeView {
  const fake = new FakeView().add({ id: 'org/name', files: { 'm.safetensors': CONTENT } });
  fake.sizes.set('m.safetensors', size);
  fake.direct = {
    clients,
    address: async (contentDisposition) => {
      const url = new URL(ADDRESS);
      url.searchParams.set('as', contentDisposition);
      return url;
    },
  };
  return fake;
}

it('sends a client that follows to the storage, with the Hub’s headers', async () => {
  const { ask, view: fake } = asking(view('auto'));
  const { status, headers, body } = await ask(PATH, { headers: HUB });
  expect([status, body]).toEqual([302, '']);
  expect(fake.sent).toEqual(['m.safetensors']);
  expect(headers['location']).toContain(ADDRESS);
  expect(headers['location']).toContain('m.safetensors');
  expect(headers).toMatchObject({
    'x-repo-commit': COMMIT,
    'x-linked-etag': ETAG,
    'x-linked-size': String(20 * MIB),
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'content-length': '0',
    'x-modelkeep-cache': 'hit',
  });
  expect(headers['etag']).toBeUndefined();
  expect(fake.opened).toBe(0);
});

it.each([
  ['git-lfs', { 'user-agent': 'git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.3)' }],
  ['the rest of a file', { ...HUB, range: `bytes=${2 * MIB}-` }],
])('sends %s there too', async (_, headers) => {
  expect((await asking(view('auto')).ask(PATH, { headers })).status).toBe(302);
});

it.each([
  ['HEAD', { method: 'HEAD', headers: HUB }],
  ['a probe', { headers: { ...HUB, range: 'bytes=0-0' } }],
  ['a short part', { headers: { ...HUB, range: `bytes=${10 * MIB}-` } }],
  ['a client that is not known to follow', { headers: { 'user-agent': 'curl/7.88.1' } }],
  ['hf-hub', { headers: { 'user-agent': 'unkown/None; hf-hub/0.5.0; rust/unknown' } }],
  ['a web page', { headers: { ...HUB, origin: 'https://app.test' } }],
  ['a condition on our ETag', { headers: { ...HUB, 'if-match': ETAG } }],
])('answers %s itself', async (_, init) => {
  const { status, headers } = await asking(view('auto')).ask(PATH, init);
  expect([200, 206]).toContain(status);
  expect(headers['location']).toBeUndefined();
  expect(headers['etag']).toBe(ETAG);
});

it('sends whoever asks where the connection says so, but no web page', async () => {
  const { ask } = asking(view('always'));
  expect((await ask(PATH)).status).toBe(302);
  expect((await ask(PATH, { headers: { origin: 'https://app.test' } })).status).toBe(200);
});

it('sends what the storage has lost, and what is small, itself', async () => {
  const lost = view('always');
  lost.direct = { clients: 'always', address: async () => undefined };
  expect((await asking(lost).ask(PATH)).status).toBe(200);
  expect((await asking(view('always', MIB)).ask(PATH)).status).toBe(200);
});
