import { describe, expect, it } from 'vitest';
import { endOfJob, eventsIn, followJob } from './follow-job.ts';
import { type TestServer, testServer } from './test-server.ts';

const API = '/-/api/v1';
const files = { 'config.json': '{"a":1}', 'model.safetensors': Buffer.alloc(3_000_000, 'weights') };

describe('jobs', () => {
  it('tell their progress while they go on, and their result afterwards', async () => {
    await using test = await testServer();
    await test.hub.addModel({ id: 'org/name', files });
    test.hub.faults.add({ kind: 'silence', match: { path: '/api/models/org/silent/**' } });
    const pull = (model: string): ReturnType<TestServer['ask']> =>
      test.ask(`${API}/pulls`, { body: { model } });
    // As many as go on at once: the next one waits until somebody listens to it.
    const { id: silent } = (await pull('org/silent')).json();
    for (let others = 1; others < 4; others += 1) await pull('org/silent');
    const started = await pull('org/name');
    expect(started.status).toBe(202);
    const { id } = started.json();
    let text = '';
    const { body } = await fetch(`${test.url}${API}/jobs/${String(id)}/events`);
    const ended = (async (): Promise<void> => {
      for await (const chunk of body ?? []) text += Buffer.from(chunk).toString();
    })();
    await expect.poll(() => text).toContain('"state":"queued"');
    await test.ask(`${API}/jobs/${String(silent)}/cancel`, { method: 'POST' });
    await ended;
    const events = eventsIn(text);
    const kinds = events.map(({ event }) => event);
    expect(kinds).toEqual(expect.arrayContaining(['job', 'resolved', 'planned', 'progress']));
    expect(events.at(-1)).toMatchObject({
      event: 'job',
      data: { state: 'done', result: { modelId: 'org/name', fileCount: 2, stale: false } },
    });
    expect((await test.ask(`${API}/jobs/${String(id)}`)).json()).toMatchObject({
      state: 'done',
      subject: 'org/name',
      error: null,
    });
    expect(await followJob(test, id)).toHaveLength(1);
    expect((await test.ask(`${API}/jobs?state=done`)).json()['jobs']).toHaveLength(1);
  });

  it('fail with the code of their error', async () => {
    await using test = await testServer();
    const { id } = (await test.ask(`${API}/pulls`, { body: { model: 'org/none' } })).json();
    expect(await endOfJob(test, id)).toMatchObject({
      state: 'failed',
      error: { code: 'model-not-found' },
    });
  });

  it('can be cancelled, and keep what they fetched', async () => {
    await using test = await testServer();
    await test.hub.addModel({ id: 'org/name', files });
    test.hub.faults.add({ kind: 'stall', match: { origin: 'cdn' }, afterBytes: 1024 });
    const { id } = (await test.ask(`${API}/pulls`, { body: { model: 'org/name' } })).json();
    const cancelled = await test.ask(`${API}/jobs/${String(id)}/cancel`, { method: 'POST' });
    expect(cancelled.status).toBe(200);
    expect(await endOfJob(test, id)).toMatchObject({ state: 'cancelled' });
  });

  it('are shown to those who started them, and to admins', async () => {
    await using test = await testServer();
    const [ada, uma, udo] = [
      await test.addUser('ada', 'admin'),
      await test.addUser('uma', 'user'),
      await test.addUser('udo', 'user'),
    ];
    const started = await test.ask(`${API}/pulls`, { body: { model: 'org/none' }, token: uma });
    const path = `${API}/jobs/${String(started.json()['id'])}`;
    expect((await test.ask(path, { token: uma })).status).toBe(200);
    expect((await test.ask(path, { token: ada })).status).toBe(200);
    expect((await test.ask(path, { token: udo })).status).toBe(404);
    expect((await test.ask(`${path}/events`, { token: udo })).status).toBe(404);
    expect((await test.ask(`${path}/cancel`, { method: 'POST', token: udo })).status).toBe(404);
    expect((await test.ask(path, { method: 'DELETE', token: udo })).status).toBe(404);
    expect((await test.ask(`${API}/jobs`, { token: udo })).json()['jobs']).toEqual([]);
  });
});
