import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { expect, test } from 'vitest';
import { hubSource } from './hub-source.ts';

const files = { 'README.md': '# x', 'config.json': '{}' };

test('tells what the Hub tells its own clients, and binds the revision', async () => {
  await using hub = await startFakeHub();
  const commit = await hub.addModel({ id: 'org/name', files, tags: ['en'], libraryName: 'x' });
  const source = hubSource({ endpoint: hub.url, accessToken: '' });
  const described = await source.describe?.('org/name', 'main');
  expect(described).toMatchObject({
    resolved: { modelId: 'org/name', commit, libraryName: 'x', gated: false, private: false },
    info: { id: 'org/name', sha: commit, siblings: expect.any(Array) },
  });
  await expect(source.describe?.('org/none', 'main')).rejects.toMatchObject({
    code: 'model-not-found',
  });
  await expect(source.describe?.('org/name', 'v9')).rejects.toMatchObject({
    code: 'revision-not-found',
  });
  await source.close();
});

test('passes a request on with the token, and gives the answer as it is', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'org/hidden', files, private: true });
  hub.addToken(`hf_${'a'.repeat(34)}`, { grants: '*' });
  const source = hubSource({ endpoint: hub.url, accessToken: `hf_${'a'.repeat(34)}` });
  const ask = async (path: string): Promise<{ status: number; text: string }> => {
    const answer = await source.forward?.({ method: 'GET', path });
    const chunks = await Array.fromAsync(answer?.body ?? []);
    return { status: answer?.status ?? 0, text: Buffer.concat(chunks).toString() };
  };
  const found = await ask('/api/models/org/hidden/refs');
  expect(found.status).toBe(200);
  expect(JSON.parse(found.text)).toMatchObject({ branches: [{ name: 'main' }] });
  expect((await ask('/api/models/org/none/refs')).status).toBe(404);
  await expect(ask('//evil.example/x')).rejects.toMatchObject({ code: 'invalid-argument' });
  await source.close();
});
