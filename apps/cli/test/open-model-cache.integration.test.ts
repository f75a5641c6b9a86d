import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isModelkeepError, openModelCache } from '../dist/index.js';

let hub: FakeHub;
let folder = '';
beforeAll(async () => {
  hub = await startFakeHub();
  await hub.addModel({ id: 'gpt2', files: { 'config.json': '{}' } });
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-open-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await hub[Symbol.asyncDispose]();
});

it('opens the cache that the config file describes, on behalf of a user', async () => {
  const config = join(folder, 'modelkeep.yaml');
  await writeFile(config, `home: store\nconnections: [{ name: inner, endpoint: "${hub.url}" }]\n`);
  await using cache = await openModelCache({ config, user: { name: 'ada', role: 'admin' } });
  const missing = await cache.getModelFromCache('gpt2').catch((error: unknown) => error);
  expect(isModelkeepError(missing, 'model-not-cached')).toBe(true);
  expect(await cache.downloadModelToCache('gpt2')).toMatch(join(folder, 'store/hub'));
  expect(await cache.findModel('gpt2')).toMatchObject({ downloadedBy: 'ada', connection: 'inner' });
});
