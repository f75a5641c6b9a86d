import { isModelkeepError } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { expectCode } from '../suite/expect-failure.ts';
import { seededBytes, seededRandom } from '../tools/seeded.ts';
import type { ArchiveTest } from './archive-test.ts';
import { filesOfSizes, SMALL } from './fixtures.ts';

export function describeDamage(test: ArchiveTest): void {
  describe('damage', () => {
    test('a cut at any place is archive-invalid', async ({ pack, unpack }) => {
      const archive = await pack(SMALL);
      const step = Math.min(512, Math.max(1, Math.floor(archive.length / 64)));
      for (let length = 0; length < archive.length; length += step) {
        for (const cut of new Set([length, Math.max(0, length - 1)])) {
          await expectCode(() => unpack(archive.subarray(0, cut)), 'archive-invalid').catch(
            (cause: unknown) => {
              throw new Error(`cut to ${cut} of ${archive.length} bytes`, { cause });
            },
          );
        }
      }
      await expectCode(() => unpack(archive.subarray(0, -1)), 'archive-invalid');
    });

    test('a cut of a large archive is archive-invalid', async ({ pack, unpack }) => {
      const archive = await pack(filesOfSizes([300_000, 200_000]));
      for (const share of [0.1, 0.5, 0.9, 0.999]) {
        const cut = archive.subarray(0, Math.floor(archive.length * share));
        await expectCode(() => unpack(cut), 'archive-invalid');
      }
    });

    test('the message names the member that is cut', async (given) => {
      const { format, name, context, pack, unpack } = given;
      if (format.features.randomAccess) context.skip('finds its members from the end');
      if (format.writtenSize([], name) === undefined) context.skip('is compressed');
      const archive = await pack([
        { path: 'whole', content: seededBytes('whole', 10) },
        { path: 'the-cut-one', content: seededBytes('cut', 100_000) },
      ]);
      const error = await expectCode(
        () => unpack(archive.subarray(0, archive.length - 50_000)),
        'archive-invalid',
      );
      expect(error.message).toContain('the-cut-one');
    });

    test('something behind the end is archive-invalid', async ({ pack, unpack }) => {
      const archive = await pack(SMALL);
      for (const garbage of [Buffer.from('x'), seededBytes('garbage', 512), archive]) {
        const longer = Buffer.concat([archive, garbage]);
        await expectCode(() => unpack(longer), 'archive-invalid').catch((cause: unknown) => {
          throw new Error(`${garbage.length} bytes behind the end`, { cause });
        });
      }
    });

    test('something else than an archive is archive-invalid', async ({ unpack }) => {
      const inputs = ['', 'x', 'no archive at all'.repeat(100)].map((text) => Buffer.from(text));
      for (const input of [...inputs, seededBytes('noise', 5000)]) {
        await expectCode(() => unpack(input), 'archive-invalid');
      }
    });

    test('a wrong byte anywhere never fails in another way', async ({ pack, unpack }) => {
      const archive = await pack(SMALL);
      const random = seededRandom(5);
      for (let round = 0; round < 400; round += 1) {
        const damaged = Uint8Array.from(archive);
        const index = Math.floor(random() * damaged.length);
        damaged[index] = Math.floor(random() * 256);
        await unpack(damaged, { maxTotalBytes: () => 1_000_000 }).catch((error: unknown) => {
          if (isModelkeepError(error, 'archive-invalid')) return;
          throw new Error(`byte ${index} as ${damaged[index]}`, { cause: error });
        });
      }
    });
  });
}
