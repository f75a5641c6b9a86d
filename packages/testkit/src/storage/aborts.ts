import { writeFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { expectReason } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { pausingBody } from '../suite/pausing-body.ts';
import { bodyOf } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import type { StorageTest } from './storage-test.ts';

export function describeAborts(test: StorageTest): void {
  describe('abort', () => {
    test('of a write rejects with the signal’s own reason and leaves nothing', async ({
      storage,
    }) => {
      const old = await storage.write('kept', bodyOf(seededBytes('old', 1000)));
      for (const key of ['aborted', 'kept']) {
        const controller = new AbortController();
        const reason = { why: 'the test ends it' };
        const { body, paused, resume } = pausingBody(
          seededBytes('aborted', 300_000),
          seededBytes('never', 300_000),
        );
        const { signal } = controller;
        const writing = expectReason(() => storage.write(key, body, { signal }), reason);
        await Promise.race([paused, writing]);
        controller.abort(reason);
        await writing;
        resume();
      }
      expect(await listAll(storage.list(''))).toEqual([old]);
    });

    test('of a read ends the stream with the signal’s own reason', async ({ storage }) => {
      await storage.write('read', bodyOf(seededBytes('read', 8_000_000)));
      const controller = new AbortController();
      const reason = new Error('the test ends it');
      const reader = (await storage.read('read', { signal: controller.signal })).getReader();
      expect((await reader.read()).done).toBe(false);
      controller.abort(reason);
      await expectReason(async () => {
        // What was read ahead may still come.
        while (!(await reader.read()).done);
      }, reason);
    });

    test('of a listing ends it with the signal’s own reason', async ({ storage }) => {
      for (let index = 0; index < 5; index += 1) {
        await storage.write(`listed/${index}`, bodyOf(seededBytes(index, 10)));
      }
      const controller = new AbortController();
      const reason = new Error('the test ends it');
      await expectReason(async () => {
        for await (const _ of storage.list('listed/', { signal: controller.signal })) {
          controller.abort(reason);
        }
      }, reason);
    });

    test('before a call rejects it with the signal’s own reason', async ({ storage, folder }) => {
      const old = await storage.write('kept', bodyOf(seededBytes('old', 1000)));
      const reason = 'a reason that is no error';
      const signal = AbortSignal.abort(reason);
      const path = folder.join('ingested');
      if (storage.ingestFile !== undefined) await writeFile(path, 'content');
      await expectReason(() => storage.stat('kept', { signal }), reason);
      await expectReason(() => storage.read('kept', { signal }), reason);
      await expectReason(() => storage.delete('kept', { signal }), reason);
      await expectReason(() => listAll(storage.list('', { signal })), reason);
      for (const key of ['kept', 'new']) {
        const body = bodyOf(seededBytes('new', 10));
        await expectReason(() => storage.write(key, body, { signal }), reason);
        if (storage.ingestFile !== undefined) {
          await expectReason(() => storage.ingestFile?.(key, path, { signal }), reason);
        }
      }
      expect(await listAll(storage.list(''))).toEqual([old]);
    });
  });
}
