import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isModelkeepError, openModelCache } from '../dist/index.js';
import { type Bench, createBench } from './modelkeep.ts';

let hub: FakeHub;
let bench: Bench;
beforeAll(async () => {
  hub = await startFakeHub();
  await hub.addModel({ id: 'gpt2', files: { 'config.json': '{}' } });
  bench = await createBench({});
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

it('opens the cache that the config file describes, on behalf of a user', async () => {
  const config = await bench.configure(
    `home: store\nconnections: [{ name: inner, endpoint: "${hub.url}" }]\n`,
    join(bench.folder, 'modelkeep.yaml'),
  );
  await using cache = await openModelCache({ config, user: { name: 'ada', role: 'admin' } });
  const missing = await cache.getModelFromCache('gpt2').catch((error: unknown) => error);
  expect(isModelkeepError(missing, 'model-not-cached')).toBe(true);
  expect(await cache.downloadModelToCache('gpt2')).toMatch(join(bench.folder, 'store/hub'));
  expect(await cache.findModel('gpt2')).toMatchObject({ downloadedBy: 'ada', connection: 'inner' });
});
