import { expect, test } from 'vitest';
import { expectCode } from '../suite/expect-failure.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { memoryArchive, memoryArchiveBytes } from './memory-archive.ts';
import { memoryMetadata } from './memory-metadata.ts';
import { type MemoryObject, memoryStorage } from './memory-storage.ts';

const body = (size: number): AsyncIterable<Uint8Array> => bodyOf(new Uint8Array(size));

test('the storage fails calls before open, a second open, and calls after close', async () => {
  const storage = memoryStorage();
  await expectCode(() => storage.stat('a'), 'storage-failed');
  await storage.open();
  await expectCode(() => storage.open(), 'storage-failed');
  await storage.close();
  await expectCode(() => storage.stat('a'), 'storage-failed');
});

test('the metadata store fails calls before open, a second open, and calls after close', async () => {
  const store = memoryMetadata();
  await expectCode(() => store.getEntry('a'), 'storage-failed');
  await store.open();
  await expectCode(() => store.open(), 'storage-failed');
  await store.close();
  await expectCode(() => store.getEntry('a'), 'storage-failed');
});

test('the storage is full at its size, and has room again after a delete', async () => {
  const storage = memoryStorage({ totalBytes: 100 });
  await storage.open();
  await storage.write('a', body(60));
  await expectCode(() => storage.write('b', body(41)), 'no-space');
  expect(await storage.capacity?.()).toEqual({ totalBytes: 100, freeBytes: 40 });
  await storage.write('a', body(90));
  await storage.delete('a');
  await storage.write('b', body(100));
  expect(await storage.capacity?.()).toEqual({ totalBytes: 100, freeBytes: 0 });
});

test('storages on the same objects see each other, and an object can be damaged', async () => {
  const objects = new Map<string, MemoryObject>();
  const [one, two] = [memoryStorage({ objects }), memoryStorage({ objects })];
  await Promise.all([one.open(), two.open()]);
  await one.write('a', bodyOf(Buffer.from('good')));
  const object = objects.get('a');
  if (object === undefined) throw new Error('no object');
  objects.set('a', { ...object, content: Buffer.from('evil') });
  expect(Buffer.from(await collectBytes(await two.read('a'))).toString()).toBe('evil');
});

test('a signed URL ends with its time', async () => {
  const storage = memoryStorage({ presign: true });
  await storage.open();
  await storage.write('a', body(10));
  const url = await storage.presign?.('a', { expiresInSeconds: 0 });
  expect((await fetch(url ?? '')).status).toBe(403);
  const other = await storage.presign?.('a', { expiresInSeconds: 60 });
  await storage.delete('a');
  expect((await fetch(other ?? '')).status).toBe(404);
  await storage.close();
});

test('the metadata store takes the clock that it is given', async () => {
  let time = 1000;
  const store = memoryMetadata({ now: () => time });
  await store.open();
  const [lease] = await store.acquireLeases(['a'], { owner: 'one', ttlMs: 10 });
  expect(lease?.expiresAt).toBe(1010);
  time = 1009;
  expect(await store.acquireLeases(['a'], { owner: 'two', ttlMs: 10 })).toEqual([]);
  time = 1010;
  expect(await store.acquireLeases(['a'], { owner: 'two', ttlMs: 10 })).toMatchObject([
    { owner: 'two', takenOver: 'expired' },
  ]);
});

test('an archive can be made that no writer would make', async () => {
  const stream = (): AsyncIterable<Uint8Array> =>
    bodyOf(
      memoryArchiveBytes([
        { path: '../outside', kind: 'file', content: 'evil' },
        { path: 'link', kind: 'symlink', linkTarget: '/etc/passwd' },
      ]),
    );
  const limits = { maxEntries: 10, maxPathBytes: 100, maxTotalBytes: () => 1000 };
  const entries: unknown[] = [];
  for await (const { path, kind, linkTarget } of memoryArchive().read(
    { stream },
    'memory',
    limits,
  )) {
    entries.push({ path, kind, linkTarget });
  }
  expect(entries).toEqual([
    { path: '../outside', kind: 'file', linkTarget: undefined },
    { path: 'link', kind: 'symlink', linkTarget: '/etc/passwd' },
  ]);
});
