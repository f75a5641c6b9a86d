import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { expect, test } from 'vitest';
import { hubSource } from './hub-source.ts';
import { filesOf } from './siblings.ts';

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

test('tells the files in the same answer, as the list of files does', async () => {
  await using hub = await startFakeHub();
  const commit = await hub.addModel({
    id: 'org/name',
    files: { ...files, 'model.safetensors': 'weights' },
  });
  const source = hubSource({ endpoint: hub.url, accessToken: '' });
  const described = await source.describe?.('org/name', 'main', { withFiles: true });
  if (described === undefined || described === 'unchanged') throw new Error('not described');
  const listed = await Array.fromAsync(source.listFiles('org/name', commit));
  const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
  expect(described.files?.toSorted(byPath)).toEqual(listed.toSorted(byPath));
  const without = await source.describe?.('org/name', 'main');
  expect(without).not.toHaveProperty('files');
  await source.close();
});

test('tells no files where the description has not all of them in full', () => {
  const whole = { rfilename: 'a', size: 1, blobId: 'a'.repeat(40) };
  expect(filesOf([whole])).toHaveLength(1);
  const lfs = { rfilename: 'b', lfs: { sha256: '*'.repeat(64), size: 5 } };
  expect(filesOf([lfs])).toEqual([{ path: 'b', size: 5, lfs: true }]);
  for (const lacking of [
    { rfilename: 'a' },
    { ...whole, size: -1 },
    { ...whole, blobId: 'x' },
    1,
  ]) {
    expect(filesOf([whole, lacking])).toBeUndefined();
  }
  expect(filesOf(Array.from({ length: 1000 }, () => whole))).toBeUndefined();
  expect(filesOf(undefined)).toBeUndefined();
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
