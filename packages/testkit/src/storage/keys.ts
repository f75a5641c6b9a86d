import { writeFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { expectBytes } from '../suite/expect-bytes.ts';
import { expectCode } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import { HOSTILE_KEYS, INVALID_KEYS, LONGEST_KEY } from './fixtures.ts';
import type { StorageTest } from './storage-test.ts';

export function describeKeys(test: StorageTest): void {
  describe('keys', () => {
    test('that look hostile are kept apart and given back as they are', async ({ storage }) => {
      const keys = [...HOSTILE_KEYS, LONGEST_KEY];
      for (const key of keys) await storage.write(key, bodyOf(seededBytes(key, 20)));
      const listed = await listAll(storage.list(''));
      expect(listed.map(({ key }) => key).sort()).toEqual([...keys].sort());
      for (const key of keys) {
        const content = await collectBytes(await storage.read(key));
        expectBytes(content, seededBytes(key, 20), key);
      }
      for (const key of keys) {
        await storage.delete(key);
        expect(await storage.stat(key), key).toBeUndefined();
      }
      expect(await listAll(storage.list(''))).toEqual([]);
    });

    test('that are not allowed are refused by every call', async ({ storage, folder }) => {
      const path = folder.join('ingested');
      await writeFile(path, 'content');
      for (const key of INVALID_KEYS) {
        const calls: Record<string, () => unknown> = {
          stat: () => storage.stat(key),
          read: () => storage.read(key),
          write: () => storage.write(key, bodyOf(seededBytes('invalid', 10))),
          delete: () => storage.delete(key),
          ...(storage.ingestFile && { ingestFile: () => storage.ingestFile?.(key, path) }),
          ...(storage.localPath && { localPath: () => storage.localPath?.(key) }),
          ...(storage.presign && {
            presign: () => storage.presign?.(key, { expiresInSeconds: 60 }),
          }),
        };
        for (const [name, call] of Object.entries(calls)) {
          await expectCode(call, 'invalid-key').catch((cause: unknown) => {
            throw new Error(`${name}(${JSON.stringify(key)})`, { cause });
          });
        }
      }
      expect(await listAll(storage.list(''))).toEqual([]);
    });
  });
}
