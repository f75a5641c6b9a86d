import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { failure, fakeHub, filesOf, sourceOf, TOKEN, withoutSettings } from '../test/hub.ts';
import { hubSource } from './hub-source.ts';

const COMMIT = 'c'.repeat(40);
const OID = 'a'.repeat(40);

test('gives size and digest of LFS files, size and git id of the others', async () => {
  const hub = await fakeHub();
  await hub.addModel({
    id: 'org/name',
    files: { 'README.md': 'hello\n', 'model.safetensors': 'weights' },
  });
  const { files } = await filesOf(sourceOf(hub), 'org/name');
  expect([...files.values()]).toEqual(
    [
      {
        path: 'README.md',
        size: 6,
        gitOid: 'ce013625030ba8dba906f756967f9e9ca394464a',
        lfs: false,
      },
      {
        path: 'model.safetensors',
        size: 7,
        digest: '9a129eaac02be93bfaa1a7f1c0b93b0f04ae3f6fc09d6fdb2bafd49b75e99a50',
        lfs: true,
      },
    ].map((file) => ({
      ...file,
      ...(file.digest ? { digest: expect.stringMatching(/^[0-9a-f]{64}$/) } : {}),
    })),
  );
});

test('reads every page, and keeps hostile names byte for byte', async () => {
  const hub = await fakeHub();
  const names = [
    '# hash?.txt',
    '100%.txt',
    'a+b c.txt',
    'sub/dir/é.txt',
    'sub/dir/e\u0301.txt',
    'Readme.md',
    'README.md',
  ];
  const many = Array.from({ length: 2300 }, (_, index) => `many/${index}.txt`);
  await hub.addModel({
    id: 'org/name',
    files: Object.fromEntries([...names, ...many].map((name) => [name, name])),
  });
  const { files } = await filesOf(sourceOf(hub), 'org/name');
  expect([...files.keys()].sort()).toEqual([...names, ...many].sort());
  expect(hub.requests.filter(({ route }) => route === 'tree').length).toBeGreaterThan(2);
});

test('a masked digest is no digest, and opening such a file says that the model is gated', async () => {
  const hub = await fakeHub();
  hub.addToken(TOKEN);
  await hub.addModel({
    id: 'org/name',
    gated: 'manual',
    files: { 'model.safetensors': 'weights' },
  });
  for (const accessToken of ['', TOKEN]) {
    const source = sourceOf(hub, { accessToken, name: 'mine' });
    const { commit, files } = await filesOf(source, 'org/name');
    const file = files.get('model.safetensors');
    expect(file).toEqual({ path: 'model.safetensors', size: 7, lfs: true });
    if (file === undefined) return;
    expect(await failure(source.open('org/name', commit, file))).toMatchObject({
      code: 'gated',
      message: expect.stringContaining(`${hub.url}/org/name`),
    });
  }
});

test('a next page on another host is asked of the endpoint, a relative one is found', async () => {
  for (const link of [
    '<https://huggingface.co/api/models/m/tree/x?cursor=2>; rel="next"',
    '</api/models/m/tree/x?cursor=2>;rel=next',
  ]) {
    const { source, urls } = await stub((url) => ({
      json: [
        { type: 'file', oid: OID, size: 1, lfs: null, path: url.includes('cursor') ? 'b' : 'a' },
      ],
      headers: url.includes('cursor') ? {} : { link },
    }));
    expect((await list(source)).map(({ path }) => path)).toEqual(['a', 'b']);
    expect(urls).toHaveLength(2);
  }
});

test.each<[string, unknown, Record<string, string>]>([
  [
    'pages in a circle',
    [{ type: 'file', oid: OID, size: 1, path: 'a' }],
    { link: `</api/models/m/tree/${COMMIT}?recursive=true&expand=false>; rel="next"` },
  ],
  ['an entry without a size', [{ type: 'file', oid: OID, path: 'a' }], {}],
  ['a negative size', [{ type: 'file', oid: OID, size: -1, path: 'a' }], {}],
  ['an entry without a path', [{ type: 'file', oid: OID, size: 1 }], {}],
  ['an entry without content', [{ type: 'file', oid: '*'.repeat(40), size: 1, path: 'a' }], {}],
  ['no list', { error: 'x' }, {}],
  ['a list of something else', [null, 1], {}],
  ['an LFS entry of something else', [{ type: 'file', oid: OID, size: 1, path: 'a', lfs: 1 }], {}],
  ['an HTML page', '<html>', { 'content-type': 'text/html' }],
  ['broken JSON', '[{', { 'content-type': 'application/json' }],
])('%s is not a listing', async (_, json, headers) => {
  const { source } = await stub(() => ({ json, headers }));
  expect(await failure(list(source))).toMatchObject({ code: 'source-unavailable' });
});

interface Stub {
  readonly json: unknown;
  readonly headers: Record<string, string>;
}

async function stub(
  answer: (url: string) => Stub,
): Promise<{ source: ReturnType<typeof hubSource>; urls: string[] }> {
  withoutSettings();
  const urls: string[] = [];
  const server = createServer((request, response) => {
    urls.push(request.url ?? '');
    const { json, headers } = answer(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(typeof json === 'string' ? json : JSON.stringify(json));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const source = hubSource({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  onTestFinished(async () => {
    await source.close();
    server.close();
  });
  return { source, urls };
}

async function list(source: ReturnType<typeof hubSource>): Promise<{ path: string }[]> {
  const files: { path: string }[] = [];
  for await (const file of source.listFiles('m', COMMIT)) files.push(file);
  return files;
}
