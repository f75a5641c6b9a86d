import { gzipSync } from 'node:zlib';
import type { User } from '@modelkeep/core';
import { describe, expect, it } from 'vitest';
import { type Asking, asking } from '../../test/ask.ts';
import { FakeView, failure } from '../../test/fake-view.ts';
import type { HubRequest } from '../http/hub-request.ts';
import { DELIMITER, FLUSH, pktLine } from './pkt-line.ts';

const ANNA: User = { name: 'anna', role: 'user' };
const REFS = '/org/name/info/refs?service=git-upload-pack';
const PACK = '/org/name.git/git-upload-pack';
const BATCH = '/org/name.git/info/lfs/objects/batch';
const VERSION = { 'git-protocol': 'version=2' };
const WEIGHTS = 'the weights';

async function authenticate(request: HubRequest): Promise<User | 'invalid' | undefined> {
  const header = request.header('authorization');
  if (header === undefined) return undefined;
  return header === 'Basic anna' ? ANNA : 'invalid';
}

function setUp(options: Parameters<typeof asking>[1] = {}): Asking {
  const files = { 'a.txt': 'a', 'sub dir/w#.safetensors': WEIGHTS };
  return asking(new FakeView().add({ id: 'org/name', files }), options);
}

function command(...lines: readonly string[]): RequestInit {
  return { method: 'POST', body: Buffer.concat([...lines.map((line) => pktLine(line)), FLUSH]) };
}

function batch(value: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers, body: JSON.stringify(value) };
}

it('makes git ask for a password where one would help, and says so in its own way', async () => {
  const { ask, view } = setUp({ authenticate });
  for (const [target, init] of [
    [REFS, { headers: VERSION }],
    [PACK, command('command=ls-refs')],
    [BATCH, batch({ operation: 'download', objects: [] })],
  ] as const) {
    for (const headers of [{}, { authorization: 'Basic eve' }]) {
      const told = await ask(target, { ...init, headers: { ...VERSION, ...headers } });
      expect(told.status, target).toBe(401);
      expect(told.headers['www-authenticate'], target).toMatch(/^Basic realm=/);
    }
  }
  expect(view.calls).toEqual([]);
  const json = (await ask(BATCH, batch({}))).json<{ message: string }>();
  expect(json.message).toContain('ask its administrator');
  expect((await ask(REFS)).headers['content-type']).toMatch(/^text\/plain/);
});

it('asks nobody for a password who is known, or where nobody is', async () => {
  const { ask } = setUp({ authenticate });
  const none = REFS.replace('name', 'none');
  const headers = { ...VERSION, authorization: 'Basic anna' };
  expect((await ask(none, { headers })).status).toBe(404);
  expect((await setUp().ask(none, { headers: VERSION })).status).toBe(404);
  const open = setUp({ authenticate, anonymous: ANNA });
  expect((await open.ask(none, { headers: VERSION })).status).toBe(401);
});

it.each([
  ['gated', 403],
  ['not-enabled', 403],
  ['offline', 503],
  ['rate-limited', 429],
] as const)('tells that a model is %s', async (code, status) => {
  const { ask, view } = setUp();
  view.failure = failure(code);
  const told = await ask(REFS, { headers: VERSION });
  expect(told.status).toBe(status);
  expect(told.body).toContain(`what went wrong: ${code}`);
  expect(
    (
      await ask(
        BATCH,
        batch({ operation: 'download', objects: [{ oid: 'a'.repeat(64), size: 1 }] }),
      )
    ).status,
  ).toBe(status);
});

it('refuses to be written to', async () => {
  const { ask } = setUp();
  for (const told of [
    await ask('/org/name/info/refs?service=git-receive-pack', { headers: VERSION }),
    await ask('/org/name/git-receive-pack', command('x')),
    await ask(BATCH, batch({ operation: 'upload', objects: [] })),
  ]) {
    expect(told.status).toBe(403);
    expect(told.body).toContain('nothing is uploaded');
  }
  expect((await ask('/org/name.git/info/lfs/locks/verify', batch({}))).status).toBe(404);
  expect((await ask('/org/name/info/refs')).status).toBe(404);
  expect((await ask(REFS)).body).toContain('protocol.version');
});

it('gives a git-lfs file its own address, with the credentials that came', async () => {
  const { ask, view } = setUp({ authenticate });
  const { files } = await view.revision('org/name', 'main');
  const { digest: oid = '', size = 0 } = files.find(({ lfs }) => lfs) ?? {};
  const asked = {
    operation: 'download',
    transfers: ['lfs-standalone-file', 'basic', 'ssh'],
    objects: [
      { oid, size },
      { oid, size: size + 1 },
      { oid: 'f'.repeat(64), size },
    ],
  };
  const told = await ask(BATCH, batch(asked, { authorization: 'Basic anna' }));
  expect(told.headers['content-type']).toBe('application/vnd.git-lfs+json');
  const [found, ...others] = told.json<{ objects: Record<string, unknown>[] }>().objects;
  const href = `http://cache.test:8080/org/name/resolve/c0ffee0000000000000000000000000000000001/sub%20dir/w%23.safetensors`;
  expect(found).toEqual({
    oid,
    size,
    authenticated: true,
    actions: { download: { href, header: { Authorization: 'Basic anna' } } },
  });
  expect(others.map(({ error }) => (error as { code: number }).code)).toEqual([404, 404]);
  const { pathname } = new URL(href);
  const file = await ask(pathname, { headers: { authorization: 'Basic anna', range: 'bytes=4-' } });
  expect([file.status, file.body]).toEqual([206, 'weights']);
});

it('says at once what an offline cache does not have', async () => {
  const { ask, view } = setUp();
  const { files } = await view.revision('org/name', 'main');
  const { digest: oid = '', size = 0 } = files.find(({ lfs }) => lfs) ?? {};
  const errorOf = async (): Promise<unknown> => {
    const told = await ask(BATCH, batch({ operation: 'download', objects: [{ oid, size }] }));
    return told.json<{ objects: { error?: unknown }[] }>().objects[0]?.error;
  };
  view.offline = true;
  expect(await errorOf()).toBeUndefined();
  view.origin = 'miss';
  expect(await errorOf()).toEqual({
    code: 404,
    message: expect.stringMatching(/w#.safetensors .* offline$/),
  });
  view.offline = false;
  expect(await errorOf()).toBeUndefined();
});

it.each([
  ['', 400],
  ['[', 400],
  ['null', 400],
  ['{"operation":"download"}', 413],
  ['{"operation":"download","objects":[null]}', 422],
  ['{"operation":"download","objects":[{"oid":"../x","size":1}]}', 422],
  ['{"operation":"download","objects":[],"hash_algo":"sha1"}', 409],
  ['{"operation":"download","objects":[],"transfers":["tus"]}', 422],
])('a batch of %s is %d', async (body, status) => {
  expect((await setUp().ask(BATCH, { method: 'POST', body })).status).toBe(status);
});

it.each([
  ['no packets', 'x', /ERR a packet/],
  ['an unknown command', `${pktLine('command=object-info')}0000`, /ERR .*object-info/],
  [
    'a want of nobody',
    `${pktLine('command=fetch')}0001${pktLine(`want ${'a'.repeat(40)}`)}${pktLine('done')}0000`,
    /ERR not our ref a{40}/,
  ],
])('a request with %s is answered with an error that git shows', async (_, body, expected) => {
  const told = await setUp().ask(PACK, { method: 'POST', body });
  expect(told.status).toBe(200);
  expect(told.body).toMatch(expected);
});

describe('a commit that goes on from one that is not here', () => {
  const BEFORE = 'b'.repeat(40);

  async function told(): Promise<Asking & { readonly id: string }> {
    const test = setUp();
    const { gitHistory } = test.view;
    await gitHistory.moveBranch('org/name', 'main', { commit: BEFORE, id: BEFORE });
    const { body } = await test.ask(PACK, command('command=ls-refs'));
    return { ...test, id: body.slice(4, 44) };
  }

  function fetching(id: string, ...lines: readonly string[]): RequestInit {
    const packets = [`want ${id}`, ...lines, 'done'].map((line) => pktLine(line));
    return {
      method: 'POST',
      body: Buffer.concat([pktLine('command=fetch'), DELIMITER, ...packets, FLUSH]),
    };
  }

  it('is told with it ever after, and sent to who has that one', async () => {
    const { ask, id } = await told();
    expect((await ask(PACK, command('command=ls-refs'))).body.slice(4, 44)).toBe(id);
    const update = await ask(PACK, fetching(id, `have ${BEFORE}`));
    expect(update.body).toMatch(/^000dpackfile/);
    expect((await ask(PACK, fetching(id))).body).toContain(`shallow ${id}`);
  });

  it('is not sent to who cannot go on, or only as the end of history', async () => {
    const { ask, id } = await told();
    const other = 'c'.repeat(40);
    expect((await ask(PACK, fetching(id, `have ${other}`))).body).toMatch(
      /ERR what lies between .* git fetch --depth 1, then git reset --hard/,
    );
    const lines = [`have ${other}`, `shallow ${other}`];
    const moved = (await ask(PACK, fetching(id, ...lines))).body;
    for (const line of [`unshallow ${other}`, `shallow ${other}`, `shallow ${id}`])
      expect(moved).toContain(line);
    expect(moved).toContain('git pull cannot go on');
    const quiet = await ask(PACK, fetching(id, ...lines, 'no-progress'));
    expect(quiet.body).not.toContain('git pull');
    expect((await ask(PACK, fetching(id, 'filter blob:none'))).body).toContain('add --depth 1');
    const cut = (await ask(PACK, fetching(id, 'filter blob:none', 'deepen 1'))).body;
    expect(cut).toContain(`shallow ${id}`);
  });
});

it('refuses a batch that is too long', async () => {
  const body = JSON.stringify({ x: 'a'.repeat(5_000_000) });
  expect((await setUp().ask(BATCH, { method: 'POST', body })).status).toBe(400);
});

it('refuses a body that is no gzip, or too much of it', async () => {
  const { ask } = setUp();
  const headers = { 'content-encoding': 'gzip' };
  expect((await ask(PACK, { method: 'POST', headers, body: 'x' })).status).toBe(400);
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  expect((await ask(PACK, { method: 'POST', headers, body: bomb })).status).toBe(400);
  const good = gzipSync(Buffer.concat([pktLine('command=ls-refs'), FLUSH]));
  const told = await ask(PACK, { method: 'POST', headers, body: good });
  expect(told.body).toMatch(/^00\w\w[0-9a-f]{40} HEAD\n.*[0-9a-f]{40} refs\/heads\/main\n/s);
});
