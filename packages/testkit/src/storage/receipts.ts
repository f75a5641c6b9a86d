import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { bodyOf } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import type { StorageTest } from './storage-test.ts';

export function describeReceipts(test: StorageTest): void {
  describe('receipt', () => {
    test('changes with the bytes, also of the same size and at once', async ({ storage }) => {
      const receipts = new Set<string>();
      for (let round = 0; round < 30; round += 1) {
        const { receipt } = await storage.write('changed', bodyOf(seededBytes(round, 1000)));
        receipts.add(receipt);
      }
      expect(receipts.size).toBe(30);
    });

    test('changes when the object is removed and written anew', async ({ storage }) => {
      const before = await storage.write('renewed', bodyOf(seededBytes('before', 1000)));
      await storage.delete('renewed');
      const after = await storage.write('renewed', bodyOf(seededBytes('after', 1000)));
      expect(after.receipt).not.toBe(before.receipt);
    });

    test('stays while the bytes do, also for a later storage', async ({ storage, another }) => {
      const { receipt } = await storage.write('stable', bodyOf(seededBytes('stable', 1000)));
      await storage.write('other', bodyOf(seededBytes('other', 1000)));
      await (await storage.read('stable')).cancel();
      expect((await storage.stat('stable'))?.receipt).toBe(receipt);
      expect((await listAll(storage.list('stable')))[0]?.receipt).toBe(receipt);
      expect((await (await another()).stat('stable'))?.receipt).toBe(receipt);
    });
  });
}
