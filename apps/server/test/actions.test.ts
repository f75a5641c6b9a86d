import { seededBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { endOfJob } from './follow-job.ts';
import { type TestServer, testServer } from './test-server.ts';

const API = '/-/api/v1';
const WEIGHTS = Buffer.from(seededBytes(5, 1024 * 1024 + 11));
const files = { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS };
const KEY = 'hf@org/name';

async function withModel(): Promise<TestServer> {
  const test = await testServer();
  await test.hub.addModel({ id: 'org/name', files, tags: ['license:mit'] });
  await test.hub.addModel({ id: 'org/other', files: { ...files, 'more.txt': 'more' } });
  const { id } = (await test.ask(`${API}/pulls`, { body: { model: 'org/name' } })).json();
  expect(await endOfJob(test, id)).toMatchObject({ state: 'done' });
  return test;
}

async function upload(test: TestServer, bytes: Buffer, name = 'model.tar'): Promise<string> {
  const { port } = test;
  const created = await fetch(`http://127.0.0.1:${port}${API}/uploads`, {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  });
  const location = created.headers.get('location') ?? '';
  const sent = await fetch(location, {
    method: 'PATCH',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(bytes),
  });
  expect(sent.status).toBe(204);
  return location.slice(location.lastIndexOf('/') + 1);
}

it('tells what a pull would do before it is done', async () => {
  await using test = await withModel();
  const preview = async (body: object): Promise<Record<string, unknown>> =>
    (await test.ask(`${API}/pulls/preview`, { body })).json();
  expect(await preview({ model: 'org/name' })).toMatchObject({
    modelId: 'org/name',
    connection: 'hub',
    license: 'mit',
    neededBytes: 0,
    fits: true,
    cached: { key: KEY, sameCommit: true },
  });
  expect(await preview({ model: 'org/other', include: ['*.txt', '*.json'] })).toMatchObject({
    fileCount: 2,
    omittedCount: 1,
    presentBytes: 7,
    neededBytes: 4,
    license: null,
    cached: null,
    files: [
      { path: 'config.json', present: true },
      { path: 'more.txt', present: false },
    ],
  });
  expect(await preview({ model: 'org/none' })).toMatchObject({
    error: { code: 'model-not-found' },
  });
});

it('removes many as one job, after it told what that frees', async () => {
  await using test = await withModel();
  const { id: pulled } = (await test.ask(`${API}/pulls`, { body: { model: 'org/other' } })).json();
  await endOfJob(test, pulled);
  const models = [KEY, 'hf@org/other', 'hf@org/none'];
  const preview = (await test.ask(`${API}/deletions/preview`, { body: { models } })).json();
  expect(preview).toMatchObject({
    models: [
      { key: KEY, exclusiveBytes: 0, pinned: false },
      { key: 'hf@org/other', exclusiveBytes: 4 },
    ],
    missing: ['hf@org/none'],
    freedBytes: WEIGHTS.length + 7 + 4,
  });
  const job = await endOfJob(
    test,
    (await test.ask(`${API}/deletions`, { body: { models } })).json()['id'],
  );
  expect(job).toMatchObject({
    kind: 'delete',
    state: 'done',
    result: {
      removed: [{ key: KEY }, { key: 'hf@org/other' }],
      missing: ['hf@org/none'],
      failed: [],
      freedBytes: preview['freedBytes'],
    },
  });
  expect((await test.ask(`${API}/models`)).json()).toMatchObject({ total: 0 });
  const path = `${API}/jobs/${String(job['id'])}`;
  expect((await test.ask(path, { method: 'DELETE' })).status).toBe(200);
  expect((await test.ask(path)).status).toBe(404);
  expect((await test.ask(`${API}/jobs?kind=delete`)).json()).toMatchObject({ jobs: [] });
  expect((await test.ask(`${API}/jobs?kind=pull`)).json()['jobs']).toHaveLength(2);
});

it('pins many', async () => {
  await using test = await withModel();
  const body = { models: [KEY, 'hf@org/none'], pinned: true };
  expect((await test.ask(`${API}/pins`, { body })).json()).toEqual({
    changed: [KEY],
    missing: ['hf@org/none'],
  });
  expect((await test.ask(`${API}/models?pinned=true`)).json()).toMatchObject({ total: 1 });
});

it('says where exports are had, as plain links', async () => {
  await using test = await withModel();
  const body = { models: [KEY, 'hf@org/none'] };
  const { exports, ...rest } = (await test.ask(`${API}/exports/preview`, { body })).json<{
    exports: { fileName: string; size: number; complete: boolean; href: string }[];
  }>();
  expect(exports[0]?.complete).toBe(true);
  expect(rest).toEqual({ missing: ['hf@org/none'], totalBytes: exports[0]?.size });
  const archive = await test.ask(`${API}/${exports[0]?.href}`);
  expect(archive.bytes.length).toBe(exports[0]?.size);
  expect(archive.headers['content-disposition']).toContain(exports[0]?.fileName);
});

it('refuses to compress a tar, which has no choice', async () => {
  await using test = await withModel();
  const body = { models: [KEY], format: 'tar', compress: true };
  expect((await test.ask(`${API}/exports/preview`, { body })).status).toBe(400);
  const archive = `${API}/models/${encodeURIComponent(KEY)}/archive?format=tar&compress=true`;
  expect((await test.ask(archive)).status).toBe(400);
});

it('looks at an archive before it is imported, and tells what is wrong with it in plain words', async () => {
  await using test = await withModel();
  const { bytes } = await test.ask(`${API}/models/${encodeURIComponent(KEY)}/archive`);
  await test.ask(`${API}/models/${encodeURIComponent(KEY)}`, { method: 'DELETE' });
  const preflight = async (id: string): Promise<Record<string, unknown>> => {
    const body = { upload: id };
    const started = await test.ask(`${API}/imports/preflight`, { body });
    expect(started.status).toBe(202);
    return endOfJob(test, started.json()['id']);
  };
  const whole = await upload(test, bytes, 'n\u00e4me.tar');
  expect((await test.ask(`${API}/uploads`)).json()).toMatchObject({
    uploads: [
      {
        id: whole,
        fileName: 'n\u00e4me.tar',
        size: bytes.length,
        offset: bytes.length,
        complete: true,
      },
    ],
  });
  expect(await preflight(whole)).toMatchObject({
    kind: 'preflight',
    state: 'done',
    result: {
      importable: true,
      problem: null,
      model: { key: KEY, license: 'mit', fileCount: 2, addedFiles: 2, presentBytes: 0 },
      replaces: null,
    },
  });
  expect((await test.ask(`${API}/models`)).json()).toMatchObject({ total: 0 });
  const broken = await upload(test, bytes.subarray(0, 40_000));
  expect(await preflight(broken)).toMatchObject({
    state: 'done',
    result: { importable: false, problem: { code: 'archive-invalid' }, model: null },
  });
  const body = { upload: whole };
  const imported = await test.ask(`${API}/imports`, { body });
  expect(await endOfJob(test, imported.json()['id'])).toMatchObject({ state: 'done' });
  expect((await test.ask(`${API}/uploads`)).json()).toMatchObject({ uploads: [{ id: broken }] });
});

it('tells of all jobs in one stream, to each what they may see', async () => {
  await using test = await testServer();
  const [ada, uma, udo] = [
    await test.addUser('ada', 'admin'),
    await test.addUser('uma', 'user'),
    await test.addUser('udo', 'user'),
  ];
  await test.hub.addModel({ id: 'org/name', files });
  const seen: Record<string, string> = { ada: '', uma: '', udo: '' };
  const listen = async (name: string, token: string): Promise<() => void> => {
    const stop = new AbortController();
    const { body } = await fetch(`${test.url}${API}/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: stop.signal,
    });
    const read = async (): Promise<void> => {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        seen[name] += Buffer.from(chunk).toString();
      }
    };
    read().catch(() => undefined);
    return () => stop.abort();
  };
  const stops = [await listen('ada', ada), await listen('uma', uma), await listen('udo', udo)];
  const { id } = (
    await test.ask(`${API}/pulls`, { body: { model: 'org/name' }, token: uma })
  ).json<{ id: string }>();
  for (const name of ['ada', 'uma']) {
    await expect.poll(() => seen[name]).toContain('"state":"done"');
    expect(seen[name]).toContain(`"id":"${id}"`);
  }
  const events = String(seen['uma'])
    .split('\n\n')
    .filter((block) => block.startsWith('event: job'));
  const last = JSON.parse(events.at(-1)?.split('data: ')[1] ?? '') as Record<string, unknown>;
  expect(last).toMatchObject({ id, state: 'done', result: { modelId: 'org/name' } });
  expect(seen['udo']).not.toContain(id);
  for (const stop of stops) stop();
});
