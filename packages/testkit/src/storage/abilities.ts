import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { describe, expect } from 'vitest';
import { declared } from '../suite/declared.ts';
import { expectBytes } from '../suite/expect-bytes.ts';
import { listAll } from '../suite/list-all.ts';
import { bodyOf } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import { HOSTILE_KEYS } from './fixtures.ts';
import type { StorageTest } from './storage-test.ts';

export function describeAbilities(test: StorageTest): void {
  describe('localPath', () => {
    test('is where the object can be read', async ({ storage, context }) => {
      const localPath = declared(context, storage.localPath, 'localPath').bind(storage);
      for (const key of HOSTILE_KEYS) {
        await storage.write(key, bodyOf(seededBytes(key, 1000)));
        const path = localPath(key);
        expect(isAbsolute(path), path).toBe(true);
        expectBytes(await readFile(path), seededBytes(key, 1000), path);
      }
    });
  });

  describe('presign', () => {
    test('gives a URL at which anybody can read the object', async ({ storage, context }) => {
      const presign = declared(context, storage.presign, 'presign').bind(storage);
      for (const [key, size] of [
        ['empty', 0],
        ['signs/._-+@=%~', 100],
        ['large', 300_000],
      ] as const) {
        await storage.write(key, bodyOf(seededBytes(key, size)));
        const url = await presign(key, { expiresInSeconds: 60 });
        expect(url).toBeInstanceOf(URL);
        const answer = await fetch(url);
        expect(answer.status).toBe(200);
        const content = Buffer.from(await answer.arrayBuffer());
        expect(content.equals(seededBytes(key, size)), key).toBe(true);
      }
    });

    test('serves ranges at the URL', async ({ storage, context }) => {
      const presign = declared(context, storage.presign, 'presign').bind(storage);
      await storage.write('ranged', bodyOf(seededBytes('ranged', 1000)));
      const url = await presign('ranged', { expiresInSeconds: 60 });
      const answer = await fetch(url, { headers: { range: 'bytes=100-199' } });
      expect(answer.status).toBe(206);
      const content = Buffer.from(await answer.arrayBuffer());
      expect(content.equals(seededBytes('ranged', 1000).subarray(100, 200))).toBe(true);
    });

    test('makes the answer carry the Content-Disposition', async ({ storage, context }) => {
      const presign = declared(context, storage.presign, 'presign').bind(storage);
      await storage.write('named', bodyOf(seededBytes('named', 10)));
      const contentDisposition = 'inline; filename="model.safetensors"';
      const answer = await fetch(
        await presign('named', { expiresInSeconds: 60, contentDisposition }),
      );
      await answer.arrayBuffer();
      expect(answer.headers.get('content-disposition')).toBe(contentDisposition);
    });
  });

  describe('capacity', () => {
    test('gives bytes of the volume and bytes free', async ({ storage, context }) => {
      const capacity = declared(context, storage.capacity, 'capacity').bind(storage);
      const { totalBytes, freeBytes } = await capacity();
      expect(Number.isSafeInteger(totalBytes), `total ${totalBytes}`).toBe(true);
      expect(Number.isSafeInteger(freeBytes), `free ${freeBytes}`).toBe(true);
      expect(freeBytes).toBeGreaterThan(0);
      expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
    });
  });

  describe('workspace', () => {
    test('is a local folder whose files are no objects', async ({ storage, context }) => {
      const workspace = declared(context, storage.workspace, 'workspace');
      expect(isAbsolute(workspace), workspace).toBe(true);
      expect((await stat(workspace)).isDirectory()).toBe(true);
      for (const folder of ['partial', 'hub']) {
        await mkdir(join(workspace, folder), { recursive: true });
        await writeFile(join(workspace, folder, 'file'), 'of core');
      }
      expect(await listAll(storage.list(''))).toEqual([]);
      const stored = await storage.write('object', bodyOf(seededBytes('object', 10)));
      expect(await listAll(storage.list(''))).toEqual([stored]);
    });
  });

  describe('contract', () => {
    test('is of version 1 and says what the storage is', async ({ storage }) => {
      expect(storage.specificationVersion).toBe('v1');
      expect(storage.name).not.toBe('');
      expect(typeof storage.features.conditionalWrite).toBe('boolean');
    });
  });
}
