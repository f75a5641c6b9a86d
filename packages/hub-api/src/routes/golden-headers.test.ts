import { expect, it } from 'vitest';
import { asking, golden, ORIGIN } from '../../test/ask.ts';
import { COMMIT, FakeView } from '../../test/fake-view.ts';

const SANDBOX = "default-src 'none'; sandbox";
const WEIGHTS = '"9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"';
const CONFIG = '"9e26dfeeb6e641a33dae4961196235bdb965b21b"';
const POINTER = '"c6a67be4f3ef29ed4a07b4f2446625126a25cfda"';
const MOVES = 'private, no-cache, no-transform';
const NEVER_MOVES = 'private, max-age=31536000, immutable, no-transform';
const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const JSON_HEADERS = {
  status: 200,
  'cache-control': MOVES,
  'content-length': expect.stringMatching(/^\d+$/),
  'content-security-policy': SANDBOX,
  'content-type': JSON_TYPE,
  'x-modelkeep-cache': 'hit',
  'x-repo-commit': COMMIT,
};
const CONFIG_HEADERS = {
  status: 200,
  'accept-ranges': 'bytes',
  'cache-control': MOVES,
  'content-disposition': `inline; filename*=UTF-8''config.json; filename="config.json";`,
  'content-length': '2',
  'content-security-policy': SANDBOX,
  'content-type': TEXT_TYPE,
  etag: CONFIG,
  'x-modelkeep-cache': 'hit',
  'x-repo-commit': COMMIT,
};
const WEIGHTS_HEADERS = {
  ...CONFIG_HEADERS,
  'content-disposition': `inline; filename*=UTF-8''m.safetensors; filename="m.safetensors";`,
  'content-length': '7',
  'content-type': 'application/octet-stream',
  etag: WEIGHTS,
  'x-linked-etag': WEIGHTS,
  'x-linked-size': '7',
};
const REFUSED = {
  'cache-control': 'no-store',
  'content-length': expect.stringMatching(/^\d+$/),
  'content-security-policy': SANDBOX,
  'content-type': JSON_TYPE,
  'x-modelkeep-cache': 'miss',
};
const PAGE_POLICY = expect.stringMatching(
  /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
);
const { 'x-repo-commit': _commit, ...REFS_HEADERS } = JSON_HEADERS;
const { 'content-type': _type, 'content-disposition': _name, ...NOT_MODIFIED } = CONFIG_HEADERS;

function view(): FakeView {
  return new FakeView().add({
    id: 'org/name',
    files: {
      'config.json': '{}',
      'm.safetensors': 'weights',
      'sub/empty.txt': '',
      'sub/é #1.txt': '1',
    },
  });
}

type Row = readonly [string, RequestInit, Readonly<Record<string, unknown>>];

const TABLE: readonly Row[] = [
  ['/api/models/org/name', {}, JSON_HEADERS],
  [
    `/api/models/org/name/revision/${COMMIT}`,
    {},
    { ...JSON_HEADERS, 'cache-control': NEVER_MOVES },
  ],
  ['/api/models/org/name', { method: 'HEAD' }, JSON_HEADERS],
  ['/api/models/org/name/tree/main', {}, JSON_HEADERS],
  [
    '/api/models/org/name/tree/main?limit=1',
    {},
    {
      ...JSON_HEADERS,
      link: `<${ORIGIN}/api/models/org/name/tree/main?limit=1&cursor=MQ>; rel="next"`,
    },
  ],
  [
    '/api/models/org/name/paths-info/main',
    { method: 'POST', body: new URLSearchParams({ paths: 'sub' }) },
    JSON_HEADERS,
  ],
  ['/api/models/org/name/refs', {}, { ...REFS_HEADERS, 'cache-control': 'private, no-cache' }],
  [
    '/api/models/org/name/auth-check',
    {},
    {
      ...REFS_HEADERS,
      'cache-control': 'no-store',
      'content-type': TEXT_TYPE,
      'content-length': '2',
    },
  ],
  ['/org/name/resolve/main/config.json', { method: 'HEAD' }, CONFIG_HEADERS],
  ['/org/name/resolve/main/config.json', {}, CONFIG_HEADERS],
  [
    `/org/name/resolve/${COMMIT}/config.json`,
    { method: 'HEAD' },
    { ...CONFIG_HEADERS, 'cache-control': NEVER_MOVES },
  ],
  ['/org/name/resolve/main/m.safetensors', { method: 'HEAD' }, WEIGHTS_HEADERS],
  ['/org/name/resolve/main/m.safetensors', {}, WEIGHTS_HEADERS],
  [
    '/org/name/resolve/main/m.safetensors',
    { headers: { range: 'bytes=0-0' } },
    { ...WEIGHTS_HEADERS, status: 206, 'content-range': 'bytes 0-0/7', 'content-length': '1' },
  ],
  [
    '/org/name/resolve/main/m.safetensors',
    { headers: { range: 'bytes=7-' } },
    {
      ...REFUSED,
      status: 416,
      'accept-ranges': 'bytes',
      'content-range': 'bytes */7',
      'content-type': TEXT_TYPE,
      'x-error-message': 'the file has 7 bytes',
    },
  ],
  [
    '/org/name/resolve/main/config.json',
    { headers: { 'if-none-match': CONFIG } },
    { ...NOT_MODIFIED, status: 304, 'content-length': undefined },
  ],
  [
    '/org/name/resolve/main/config.json?download=true',
    {},
    {
      ...CONFIG_HEADERS,
      'content-disposition': `attachment; filename*=UTF-8''config.json; filename="config.json";`,
    },
  ],
  [
    '/org/name/resolve/main/sub/%C3%A9%20%231.txt',
    {},
    {
      ...CONFIG_HEADERS,
      etag: '"56a6051ca2b02b04ef92d5150c9ef600403cb1de"',
      'content-length': '1',
      'content-disposition': `inline; filename*=UTF-8''%C3%A9%20%231.txt; filename="_ #1.txt";`,
    },
  ],
  [
    '/org/name/resolve/main/sub/empty.txt',
    { headers: { range: 'bytes=0-0' } },
    {
      ...CONFIG_HEADERS,
      etag: '"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"',
      'content-length': '0',
      'content-range': 'bytes */0',
      'content-disposition': `inline; filename*=UTF-8''empty.txt; filename="empty.txt";`,
    },
  ],
  [
    '/org/name/raw/main/m.safetensors',
    {},
    {
      ...CONFIG_HEADERS,
      etag: POINTER,
      'accept-ranges': undefined,
      'content-length': '126',
      'content-disposition': WEIGHTS_HEADERS['content-disposition'],
    },
  ],
  [
    '/org/name/raw/main/config.json',
    { method: 'HEAD' },
    { ...CONFIG_HEADERS, 'accept-ranges': undefined },
  ],
  [
    '/org/name',
    {},
    {
      ...JSON_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
    },
  ],
  [
    '/org/name/blob/main/sub/a%20b',
    {},
    {
      status: 307,
      'content-length': '0',
      'content-security-policy': SANDBOX,
      location: '/org/name/resolve/main/sub/a%20b',
      'x-modelkeep-cache': 'hit',
    },
  ],
  [
    '/api/whoami-v2',
    {},
    {
      ...REFUSED,
      status: 401,
      'www-authenticate': 'Bearer realm="Authentication required", charset="UTF-8"',
      'x-error-message': 'This cache knows no users: it serves everybody alike, without a token.',
    },
  ],
  [
    '/api/models/org/name/xet-read-token/main',
    {},
    {
      ...REFUSED,
      status: 404,
      'x-modelkeep-cache': 'hit',
      'x-error-message': expect.stringContaining('HF_HUB_DISABLE_XET=1'),
    },
  ],
  [
    '/api/agent-harnesses',
    {},
    { ...REFS_HEADERS, 'cache-control': 'no-store', 'content-length': '2' },
  ],
  [
    '/api/telemetry/transformers/anything',
    { method: 'HEAD' },
    { ...REFS_HEADERS, 'cache-control': 'no-store', 'content-length': '2' },
  ],
  [
    '/api/datasets/org/name/revision/main',
    {},
    {
      ...REFUSED,
      status: 404,
      'x-modelkeep-cache': 'hit',
      'x-error-code': 'RepoNotFound',
      'x-error-message': expect.stringContaining('This cache keeps models only'),
    },
  ],
  [
    '/api/models/org/name/commit/main',
    { method: 'POST', body: '{}' },
    {
      ...REFUSED,
      status: 403,
      allow: 'GET, HEAD, OPTIONS',
      'x-error-message': expect.stringContaining('nothing is uploaded'),
    },
  ],
  [
    '/org/name/resolve/main/config.json',
    { method: 'OPTIONS' },
    {
      status: 204,
      allow: 'GET, HEAD, OPTIONS',
      'access-control-allow-headers':
        'Accept, Authorization, Content-Type, If-None-Match, If-Range, Range',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-max-age': '86400',
      'content-security-policy': SANDBOX,
      'x-modelkeep-cache': 'hit',
    },
  ],
];

it.each(TABLE)('%s %j', async (target, init, expected) => {
  const { ask } = asking(view());
  const wanted = Object.entries(expected).filter(([, value]) => value !== undefined);
  expect(golden(await ask(target, init))).toEqual(Object.fromEntries(wanted));
});

it('opens nothing for HEAD, nor for what the client has', async () => {
  const { ask, view: asked } = asking(view());
  for (const path of ['resolve/main/m.safetensors', 'raw/main/config.json']) {
    await ask(`/org/name/${path}`, { method: 'HEAD' });
  }
  await ask('/org/name', { method: 'HEAD' });
  await ask('/org/name/resolve/main/config.json', { headers: { 'if-none-match': CONFIG } });
  expect(asked.opened).toBe(0);
});

it('tells the same length for HEAD and GET, and no body for HEAD', async () => {
  const { ask } = asking(view());
  for (const [target, { method }] of TABLE) {
    if (method === 'POST') continue;
    const get = await ask(target);
    const head = await ask(target, { method: 'HEAD' });
    expect(head.body).toBe('');
    expect(head.status).toBe(get.status);
    expect(head.headers['content-length'], target).toBe(get.headers['content-length']);
    expect(get.body === '' ? '0' : String(Buffer.byteLength(get.body))).toBe(
      get.headers['content-length'],
    );
  }
});
