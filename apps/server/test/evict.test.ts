import { expect, it } from 'vitest';
import { endOfJob } from './follow-job.ts';
import { type TestServer, testServer } from './test-server.ts';

const API = '/-/api/v1';
const SIZE = 1000;

async function pull(test: TestServer, model: string): Promise<void> {
  await test.hub.addModel({ id: model, files: { 'model.bin': model.padEnd(SIZE, '.') } });
  const { id } = (await test.ask(`${API}/pulls`, { body: { model } })).json();
  expect(await endOfJob(test, id)).toMatchObject({ state: 'done' });
}

it('evicts as a job that explains each choice, after a preview that says the same', async () => {
  await using test = await testServer({}, {}, { quotaBytes: 2500 });
  for (const model of ['org/first', 'org/second']) await pull(test, model);
  await test.ask(`${API}/models/${encodeURIComponent('hf@org/first')}`, {
    method: 'PATCH',
    body: { pinned: true },
  });
  const request = { toBytes: SIZE, unusedForMs: 0 };
  const preview = await test.ask(`${API}/evict/preview`, { body: request });
  const choices = [
    { key: 'hf@org/second', evicted: true, reason: 'least-recently-used', freedBytes: SIZE },
    { key: 'hf@org/first', evicted: false, reason: 'pinned', why: 'pinned', freedBytes: 0 },
  ];
  const figures = { usedBytes: 2 * SIZE, targetBytes: SIZE, freedBytes: SIZE, keptCount: 1 };
  expect(preview.json()).toMatchObject({ dryRun: true, ...figures, choices });
  const { id } = (await test.ask(`${API}/evict`, { body: request })).json();
  expect(await endOfJob(test, id)).toMatchObject({
    kind: 'evict',
    state: 'done',
    result: { dryRun: false, ...figures, choices },
  });
  expect((await test.ask(`${API}/models`)).json()).toMatchObject({ total: 1 });
  expect((await test.ask(`${API}/overview`)).json()).toMatchObject({
    store: { blobBytes: SIZE, quotaBytes: 2500, evicts: false },
  });
  const metrics = (await test.ask('/-/metrics')).text;
  expect(metrics).toContain('modelkeep_quota_bytes 2500\n');
  expect(metrics).toContain('modelkeep_evicted_models_total 1\n');
  expect(metrics).toContain(`modelkeep_evicted_bytes_total ${SIZE}\n`);
});

it('writes into the activity what went, also what nobody asked for', async () => {
  await using test = await testServer({}, {}, { quotaBytes: 1500 });
  await pull(test, 'org/first');
  await test.cache.evictModels({ toBytes: 0, unusedForMs: 0 });
  const events = async (): Promise<unknown> =>
    (await test.ask(`${API}/audit?action=model.evict`)).json()['events'];
  await expect
    .poll(events)
    .toMatchObject([{ subject: expect.stringMatching(/^hf@org\/first: fetched a moment ago/) }]);
});

it('tells before a pull that a quota has no room for it', async () => {
  await using test = await testServer({}, {}, { quotaBytes: SIZE + 1 });
  await pull(test, 'org/first');
  await test.hub.addModel({ id: 'org/second', files: { 'model.bin': 'x'.repeat(SIZE) } });
  const preview = await test.ask(`${API}/pulls/preview`, { body: { model: 'org/second' } });
  expect(preview.json()).toMatchObject({ fits: false, neededBytes: SIZE });
  const { id } = (await test.ask(`${API}/pulls`, { body: { model: 'org/second' } })).json();
  expect(await endOfJob(test, id)).toMatchObject({
    state: 'failed',
    error: { code: 'no-space', details: { quotaBytes: SIZE + 1, usedBytes: SIZE } },
  });
});
