import { seededBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { endOfJob } from './follow-job.ts';
import { type TestServer, testServer } from './test-server.ts';

const API = '/-/api/v1';
const WEIGHTS = Buffer.from(seededBytes(5, 1024 * 1024 + 11));
const files = { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS };
const SIZE = WEIGHTS.length + 7;

type Answer = Record<string, unknown>;

async function get(test: TestServer, path: string, token?: string): Promise<Answer> {
  return (await test.ask(`${API}${path}`, token === undefined ? {} : { token })).json();
}

it('tells what is stored, saved and used, and what goes on', async () => {
  await using test = await testServer();
  await test.hub.addModel({ id: 'org/name', files, libraryName: 'transformers' });
  await test.hub.addModel({ id: 'org/copy', files });
  for (const model of ['org/name', 'org/copy']) {
    const { id } = (await test.ask(`${API}/pulls`, { body: { model } })).json();
    expect(await endOfJob(test, id)).toMatchObject({ state: 'done' });
  }
  expect(await get(test, '/overview')).toMatchObject({
    store: {
      blobBytes: SIZE,
      blobCount: 2,
      logicalBytes: 2 * SIZE,
      savedBytes: SIZE,
      unreferencedBytes: 0,
      quotaBytes: null,
    },
    models: { count: 2, partial: 0, pinned: 0 },
    byModel: [
      { name: 'hf@org/copy', sizeInBytes: SIZE },
      { name: 'hf@org/name', sizeInBytes: SIZE },
    ],
    byLibrary: [
      { name: '', count: 1 },
      { name: 'transformers', count: 1 },
    ],
    fetching: [],
    fetchingElsewhere: 0,
    jobs: { running: 0, queued: 0 },
  });
  const { warnings } = await get(test, '/overview');
  expect(warnings).toContainEqual(expect.objectContaining({ kind: 'no-users' }));
});

it('shows what is being fetched and how far it is, to an admin', async () => {
  await using test = await testServer();
  await test.hub.addModel({ id: 'org/name', files: { 'model.safetensors': WEIGHTS } });
  test.hub.faults.add({ kind: 'stall', match: { origin: 'cdn' }, afterBytes: 1024 });
  const { id } = (await test.ask(`${API}/pulls`, { body: { model: 'org/name' } })).json();
  const fetching = async (): Promise<unknown> => (await get(test, '/overview'))['fetching'];
  await expect
    .poll(fetching)
    .toMatchObject([
      { modelId: 'org/name', path: 'model.safetensors', totalBytes: WEIGHTS.length },
    ]);
  expect((await get(test, '/overview'))['jobs']).toMatchObject({ running: 1 });
  await test.ask(`${API}/jobs/${String(id)}/cancel`, { method: 'POST' });
  await expect.poll(fetching).toEqual([]);
});

it('counts downloads, hits and bytes over time', async () => {
  await using test = await testServer();
  await test.hub.addModel({ id: 'org/name', files });
  const file = '/org/name/resolve/main/model.safetensors';
  expect((await test.ask(file)).status).toBe(200);
  const stats = async (query = ''): Promise<Answer> => get(test, `/stats${query}`);
  const settled = async (): Promise<unknown> => (await stats())['totals'];
  const once = { downloads: 1, misses: 1, hits: 0, servedBytes: WEIGHTS.length, savedBytes: 0 };
  await expect.poll(settled).toMatchObject({ ...once, fetchedBytes: WEIGHTS.length });
  const known = (): Promise<string> => test.cache.getModelFromCache('org/name');
  await expect.poll(known).toContain('models--org--name');
  const again = async (): Promise<unknown> => {
    const answer = await test.ask(file);
    return answer.headers['x-modelkeep-cache'];
  };
  await expect.poll(again).toBe('hit');
  await test.ask(file, { headers: { range: 'bytes=100-199' } });
  await test.ask(file, { method: 'HEAD' });
  await expect.poll(async () => ((await settled()) as Answer)['hits']).toBeGreaterThan(0);
  const { points, step } = await stats('?step=hour');
  expect(step).toBe(3_600_000);
  expect(points).toHaveLength(7 * 24 + 1);
  for (const query of ['?from=5&to=1', '?step=year', '?from=0&step=hour']) {
    expect((await test.ask(`${API}/stats${query}`)).status, query).toBe(400);
  }
});

it('warns of a source that is away and of what expires, each to whom it concerns', async () => {
  await using test = await testServer();
  const [ada, uma] = [await test.addUser('ada', 'admin'), await test.addUser('uma', 'user')];
  const expiresAt = Date.now() + 86_400_000;
  const own = await test.ask(`${API}/me/tokens`, { body: { label: 'ci', expiresAt }, token: uma });
  expect(own.json()).toMatchObject({ user: 'uma', label: 'ci', expiresAt });
  await test.hub.addModel({ id: 'org/name', files });
  const connection = async (token: string): Promise<unknown> =>
    ((await get(test, '/connections', token))['connections'] as unknown[])[0];
  expect(await connection(ada)).toMatchObject({ state: 'unknown', modelCount: 0 });
  const tested = await test.ask(`${API}/connections/hub/test`, {
    body: { model: 'org/name' },
    token: ada,
  });
  expect(tested.json()).toMatchObject({ ok: true, failedHop: null });
  expect(await connection(ada)).toMatchObject({ state: 'ok', staleSince: null });
  await test.hub.stop();
  const failed = await test.ask(`${API}/connections/hub/test`, { body: {}, token: ada });
  expect(failed.json()).toMatchObject({ ok: false, failedHop: 'tcp' });
  expect(await connection(ada)).toMatchObject({
    state: 'stale',
    lastError: { code: 'source-unavailable' },
  });
  expect(await connection(uma)).toMatchObject({ state: 'stale', lastError: null });
  const kinds = async (token: string): Promise<unknown> =>
    ((await get(test, '/overview', token))['warnings'] as { kind: string }[]).map(
      ({ kind }) => kind,
    );
  expect(await kinds(ada)).toEqual(expect.arrayContaining(['source-stale', 'token-expires']));
  expect(await kinds(uma)).toEqual(['token-expires']);
});

it('has the activity as a list to narrow down, and as a table', async () => {
  await using test = await testServer();
  const [ada, uma] = [await test.addUser('ada', 'admin'), await test.addUser('uma', 'user')];
  await test.ask(`${API}/users`, { body: { name: 'bob' }, token: ada });
  await test.ask(`${API}/users`, { body: { name: 'eve' }, token: uma });
  const subjects = async (query: string): Promise<unknown> =>
    ((await get(test, `/audit?${query}`, ada))['events'] as { subject: string }[]).map(
      ({ subject }) => subject,
    );
  expect(await subjects('')).toEqual(['', 'bob as user']);
  expect(await subjects('outcome=refused')).toEqual(['']);
  expect(await subjects('subject=BOB&outcome=ok')).toEqual(['bob as user']);
  expect(await subjects(`to=${Date.now() - 3_600_000}`)).toEqual([]);
  expect(await get(test, '/audit/actions', ada)).toEqual({
    actions: ['user.add'],
    users: ['ada', 'uma'],
  });
  const csv = await test.ask(`${API}/audit.csv?user=ada`, { token: ada });
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(csv.text.split('\r\n')).toHaveLength(3);
  expect(csv.text).toContain(',ada,user.add,bob as user,127.0.0.1,ok,');
  expect((await test.ask(`${API}/audit.csv`, { token: uma })).status).toBe(403);
});
