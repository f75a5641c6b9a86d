import { describe, expect } from 'vitest';
import { expectBytes } from '../suite/expect-bytes.ts';
import { expectCode } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { pausingBody } from '../suite/pausing-body.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { seededBytes, seededStream } from '../tools/seeded.ts';
import { SIZES } from './fixtures.ts';
import type { StorageTest } from './storage-test.ts';

export function describeWrites(test: StorageTest): void {
  describe('write', () => {
    test('keeps bodies of every size', async ({ storage }) => {
      for (const size of SIZES) {
        const stored = await storage.write(`sizes/${size}`, seededStream(size, size), { size });
        expect(stored).toMatchObject({ key: `sizes/${size}`, size });
        const content = await collectBytes(await storage.read(`sizes/${size}`));
        expectBytes(content, seededBytes(size, size), `${size} bytes`);
      }
    });

    test('takes chunks of any length, also empty ones, and no declared size', async ({
      storage,
    }) => {
      const content = seededBytes('odd chunks', 200_000);
      async function* odd(): AsyncGenerator<Uint8Array, void, undefined> {
        yield new Uint8Array();
        for (let start = 0, length = 1; start < content.length; length = (length * 3) % 4099) {
          yield content.subarray(start, start + length);
          yield new Uint8Array();
          start += length;
        }
      }
      await storage.write('odd', odd());
      expectBytes(await collectBytes(await storage.read('odd')), content);
    });

    test('returns what stat and list then say', async ({ storage }) => {
      const before = Date.now();
      const stored = await storage.write('facts', bodyOf(seededBytes('facts', 1000)));
      expect(await storage.stat('facts')).toEqual(stored);
      expect(await listAll(storage.list('facts'))).toEqual([stored]);
      expect(typeof stored.receipt).toBe('string');
      expect(Math.abs(stored.modifiedAt - before), 'ms since the epoch').toBeLessThan(86_400_000);
    });

    test('replaces an object by default', async ({ storage }) => {
      await storage.write('replaced', bodyOf(seededBytes('long', 70_000)));
      await storage.write('replaced', bodyOf(seededBytes('short', 10)));
      const content = await collectBytes(await storage.read('replaced'));
      expectBytes(content, seededBytes('short', 10));
    });

    test('shows nothing of an object before it is complete', async ({ storage }) => {
      const { body, paused, resume } = pausingBody(
        seededBytes('first half', 100_000),
        seededBytes('second half', 100_000),
      );
      const writing = storage.write('halves', body, { size: 200_000 });
      await Promise.race([paused, writing]);
      expect(await storage.stat('halves')).toBeUndefined();
      expect(await listAll(storage.list(''))).toEqual([]);
      await expectCode(() => storage.read('halves'), 'object-not-found');
      resume();
      expect(await writing).toMatchObject({ size: 200_000 });
    });

    test('gives the old object until its replacement is complete', async ({ storage }) => {
      const old = await storage.write('kept', bodyOf(seededBytes('old', 50_000)));
      const { body, paused, resume } = pausingBody(
        seededBytes('new', 100_000),
        seededBytes('newer', 100_000),
      );
      const writing = storage.write('kept', body);
      await Promise.race([paused, writing]);
      expect(await storage.stat('kept')).toEqual(old);
      expectBytes(await collectBytes(await storage.read('kept')), seededBytes('old', 50_000));
      resume();
      expect(await writing).toMatchObject({ size: 200_000 });
    });

    test('leaves nothing of a body that fails', async ({ storage }) => {
      async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
        yield seededBytes('failing', 100_000);
        throw new Error('the body failed');
      }
      await expect(storage.write('failed', failing())).rejects.toThrow();
      expect(await storage.stat('failed')).toBeUndefined();

      const old = await storage.write('kept', bodyOf(seededBytes('old', 1000)));
      await expect(storage.write('kept', failing())).rejects.toThrow();
      expect(await storage.stat('kept')).toEqual(old);
      expect(await listAll(storage.list(''))).toEqual([old]);
    });

    for (const [kind, declaredSize] of [
      ['shorter', 100_001],
      ['longer', 99_999],
      ['longer than the nothing that was', 0],
    ] as const) {
      test(`refuses a body ${kind} than declared`, async ({ storage }) => {
        const body = (): AsyncIterable<Uint8Array> => bodyOf(seededBytes('body', 100_000));
        const size = declaredSize;
        await expectCode(() => storage.write('refused', body(), { size }), 'storage-failed');
        expect(await storage.stat('refused')).toBeUndefined();

        const old = await storage.write('kept', bodyOf(seededBytes('old', 1000)));
        await expectCode(() => storage.write('kept', body(), { size }), 'storage-failed');
        expect(await listAll(storage.list(''))).toEqual([old]);
        expectBytes(await collectBytes(await storage.read('kept')), seededBytes('old', 1000));
      });
    }

    test('refuses an empty body where bytes were declared', async ({ storage }) => {
      const empty = bodyOf(new Uint8Array());
      await expectCode(() => storage.write('empty', empty, { size: 1 }), 'storage-failed');
      expect(await listAll(storage.list(''))).toEqual([]);
    });

    test('is durable: a later storage finds the object', async ({ storage, another }) => {
      const stored = await storage.write('durable/object', bodyOf(seededBytes('durable', 70_000)));
      const later = await another();
      expect(await later.stat('durable/object')).toEqual(stored);
      const content = await collectBytes(await later.read('durable/object'));
      expectBytes(content, seededBytes('durable', 70_000));
    });
  });
}
