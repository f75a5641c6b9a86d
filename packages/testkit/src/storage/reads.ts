import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { expectBytes } from '../suite/expect-bytes.ts';
import { expectCode } from '../suite/expect-failure.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { seededBytes, seededRandom } from '../tools/seeded.ts';
import type { StorageTest } from './storage-test.ts';

const SIZE = 200_001;

export function describeReads(test: StorageTest): void {
  describe('read', () => {
    test('gives exactly the range', async ({ storage }) => {
      const content = seededBytes('ranged', SIZE);
      await storage.write('ranged', bodyOf(content));
      const random = seededRandom(1);
      const ranges: [number, number][] = [
        [0, 1],
        [0, SIZE],
        [SIZE - 1, SIZE],
        [65_535, 65_537],
        [65_536, 131_072],
        ...Array.from({ length: 20 }, (): [number, number] => {
          const start = Math.floor(random() * SIZE);
          return [start, start + Math.floor(random() * (SIZE - start))];
        }),
      ];
      for (const [start, end] of ranges) {
        const part = await collectBytes(await storage.read('ranged', { start, end }));
        expectBytes(part, content.subarray(start, end), `${start}-${end}`);
      }
    });

    test('takes the object’s bounds for a start or an end that is not given', async ({
      storage,
    }) => {
      const content = seededBytes('open ranges', SIZE);
      await storage.write('open', bodyOf(content));
      const tail = await collectBytes(await storage.read('open', { start: 199_000 }));
      expectBytes(tail, content.subarray(199_000));
      const head = await collectBytes(await storage.read('open', { end: 1_000 }));
      expectBytes(head, content.subarray(0, 1_000));
    });

    test('gives the same bytes to a reader that lends its memory', async ({ storage }) => {
      const content = seededBytes('lent', SIZE);
      await storage.write('lent', bodyOf(content));
      const memory = [new Uint8Array(7_000), new Uint8Array(30_000)];
      let taken = 0;
      const takeBuffer = (): Uint8Array => memory[taken++ % 2] as Uint8Array;
      const parts: Uint8Array[] = [];
      for await (const chunk of await storage.read('lent', { start: 3, takeBuffer })) {
        // Who takes its time keeps its memory meanwhile.
        await setTimeout(2);
        parts.push(Uint8Array.from(chunk));
      }
      expectBytes(Buffer.concat(parts), content.subarray(3));
    });

    test('clamps an end beyond the object', async ({ storage }) => {
      await storage.write('clamped', bodyOf(seededBytes('clamped', 100)));
      const part = await collectBytes(await storage.read('clamped', { start: 90, end: 5_000 }));
      expectBytes(part, seededBytes('clamped', 100).subarray(90));
    });

    test('gives nothing for an empty range', async ({ storage }) => {
      await storage.write('some', bodyOf(seededBytes('some', 100)));
      await storage.write('none', bodyOf(new Uint8Array()));
      for (const [key, start, end] of [
        ['some', 0, 0],
        ['some', 50, 50],
        ['some', 100, 100],
        ['some', 100, undefined],
        ['none', 0, 0],
        ['none', 0, 10],
        ['none', undefined, undefined],
      ] as const) {
        const options = {
          ...(start === undefined ? {} : { start }),
          ...(end === undefined ? {} : { end }),
        };
        const part = await collectBytes(await storage.read(key, options));
        expect(part.length, `${key} ${start}-${end}`).toBe(0);
      }
    });

    test('fails at once for an object that is not there', async ({ storage }) => {
      await storage.write('folder/object', bodyOf(seededBytes('object', 10)));
      await expectCode(() => storage.read('absent'), 'object-not-found');
      await expectCode(() => storage.read('folder'), 'object-not-found');
      await expectCode(() => storage.read('folder/object/below'), 'object-not-found');
      await expectCode(() => storage.read('absent', { start: 1, end: 2 }), 'object-not-found');
      expect(await storage.stat('absent')).toBeUndefined();
      expect(await storage.stat('folder')).toBeUndefined();
      expect(await storage.stat('folder/object/below')).toBeUndefined();
    });

    test('gives a web stream that can be cancelled', async ({ storage }) => {
      await storage.write('cancelled', bodyOf(seededBytes('cancelled', 5_000_000)));
      for (let round = 0; round < 20; round += 1) {
        const stream = await storage.read('cancelled');
        expect(stream).toBeInstanceOf(ReadableStream);
        const reader = stream.getReader();
        expect((await reader.read()).done).toBe(false);
        await reader.cancel();
      }
      for await (const chunk of await storage.read('cancelled')) {
        expect(chunk).toBeInstanceOf(Uint8Array);
        break;
      }
      await (await storage.read('cancelled')).cancel();
      await storage.delete('cancelled');
      expect(await storage.stat('cancelled')).toBeUndefined();
    });

    test('serves many readers of one object at once', async ({ storage }) => {
      const content = seededBytes('shared', 1_000_000);
      await storage.write('shared', bodyOf(content));
      const ranges = Array.from({ length: 32 }, (_, index) => index * 31_250);
      const parts = await Promise.all(
        ranges.map(async (start) =>
          collectBytes(await storage.read('shared', { start, end: start + 31_250 })),
        ),
      );
      expectBytes(Buffer.concat(parts), content);
    });
  });
}
