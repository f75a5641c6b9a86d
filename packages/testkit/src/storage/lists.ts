import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { bodyOf } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import type { StorageTest } from './storage-test.ts';

const MANY = 2_500;

export function describeLists(test: StorageTest): void {
  describe('list', () => {
    test('takes any string as the beginning of a key', async ({ storage }) => {
      const keys = ['dir/a-1', 'dir/a-2/b', 'dir/ab', 'dir/b', 'dirx/a', 'dir-', 'zzz', '.dir/a'];
      for (const key of keys) await storage.write(key, bodyOf(seededBytes(key, 5)));
      const prefixes = [
        ...['', 'd', 'dir', 'dir/', 'dir/a', 'dir/a-', 'dir/a-2/', 'dir/a-2/b', 'dir/a-2/bc'],
        ...['.', 'zzz', 'zzz/', 'Z', 'nothing/at/all'],
        ...['/', '..', '../', './', 'dir//', 'dir/../dir', 'dir/a b', 'é', 'dir/*', '%'],
      ];
      for (const prefix of prefixes) {
        const listed = (await listAll(storage.list(prefix))).map(({ key }) => key);
        const expected = keys.filter((key) => key.startsWith(prefix));
        expect(listed.sort(), JSON.stringify(prefix)).toEqual(expected.sort());
      }
    });

    test(`gives each of ${MANY} objects once, as stat does`, async ({ storage }) => {
      const keys = Array.from({ length: MANY }, (_, index) => `many/${index % 7}/${index}`);
      for (let start = 0; start < MANY; start += 50) {
        await Promise.all(
          keys.slice(start, start + 50).map((key) => storage.write(key, bodyOf(Buffer.from(key)))),
        );
      }
      const listed = await listAll(storage.list('many/'));
      expect(listed).toHaveLength(MANY);
      expect(listed.map(({ key }) => key).sort()).toEqual([...keys].sort());
      expect(await listAll(storage.list('many/3/'))).toHaveLength(
        keys.filter((key) => key.startsWith('many/3/')).length,
      );
      for (const object of listed.filter((_, index) => index % 250 === 0)) {
        expect(await storage.stat(object.key)).toEqual(object);
      }
    });

    test('can be left early, and goes on while objects are deleted', async ({ storage }) => {
      for (let index = 0; index < 50; index += 1) {
        await storage.write(`gone/${index}`, bodyOf(seededBytes(index, 5)));
      }
      for await (const { key } of storage.list('gone/')) {
        await storage.delete(key);
        break;
      }
      expect(await listAll(storage.list('gone/'))).toHaveLength(49);
      for await (const { key } of storage.list('gone/')) await storage.delete(key);
      expect(await listAll(storage.list('gone/'))).toEqual([]);
    });
  });

  describe('delete', () => {
    test('removes one object and nothing else', async ({ storage }) => {
      for (const key of ['a/b', 'a/bc', 'a/d/e', 'a/d/f']) {
        await storage.write(key, bodyOf(seededBytes(key, 5)));
      }
      await storage.delete('a/b');
      await storage.delete('a/d/e');
      const left = (await listAll(storage.list(''))).map(({ key }) => key);
      expect(left.sort()).toEqual(['a/bc', 'a/d/f']);
    });

    test('of an object that is not there is no error, and takes nothing below it', async ({
      storage,
    }) => {
      const stored = await storage.write('folder/object', bodyOf(seededBytes('object', 5)));
      for (const key of ['absent', 'absent/deeper', 'folder', 'folder/object/below']) {
        await storage.delete(key);
      }
      expect(await listAll(storage.list(''))).toEqual([stored]);
    });

    test('lets the key be used again, also where its folder went with it', async ({ storage }) => {
      for (let round = 0; round < 20; round += 1) {
        await storage.write('folder/again', bodyOf(seededBytes(round, 5)));
        await Promise.all([
          storage.delete('folder/again'),
          storage.write(`folder/other-${round}`, bodyOf(seededBytes(round, 5))),
        ]);
      }
      expect(await listAll(storage.list('folder/other-'))).toHaveLength(20);
      expect(await storage.stat('folder/again')).toBeUndefined();
    });
  });
}
