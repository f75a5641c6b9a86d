import { describe, expect } from 'vitest';
import { expectCode, expectReason } from '../suite/expect-failure.ts';
import { pausingBody } from '../suite/pausing-body.ts';
import { collectBytes } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import { type ArchiveTest, NO_LIMITS } from './archive-test.ts';
import { filesOf, filesOfSizes, membersOf, pathOf, SMALL } from './fixtures.ts';

export function describeLimits(test: ArchiveTest): void {
  describe('limits', () => {
    test('on the number of members count every kind', async ({ pack, unpack }) => {
      const archive = await pack(filesOf(['a/b/c', 'a/d', 'e']));
      const { length } = await unpack(archive);
      expect(length).toBe(5);
      expect(await unpack(archive, { maxEntries: length })).toHaveLength(length);
      for (const maxEntries of [length - 1, 1, 0]) {
        await expectCode(() => unpack(archive, { maxEntries }), 'archive-invalid');
      }
    });

    test('on the bytes of a path are exact', async ({ pack, unpack }) => {
      for (const path of [pathOf(300, 60), pathOf(90, 100), 'é'.repeat(100)]) {
        const archive = await pack(filesOf([path]));
        const bytes = Buffer.byteLength(path);
        expect(await unpack(archive, { maxPathBytes: bytes })).not.toHaveLength(0);
        await expectCode(() => unpack(archive, { maxPathBytes: bytes - 1 }), 'archive-invalid');
      }
    });

    test('on the bytes in all hold, and are asked before each member', async (given) => {
      const { format, name, pack, unpack, input } = given;
      const files = filesOfSizes([100_000, 200_000, 300_000]);
      const archive = await pack(files);
      await unpack(archive, { maxTotalBytes: () => 700_000 });
      for (const limit of [599_999, 300_000, 0]) {
        const maxTotalBytes = (): number => limit;
        await expectCode(() => unpack(archive, { maxTotalBytes }), 'archive-invalid');
      }
      let limit = Number.MAX_SAFE_INTEGER;
      const read: string[] = [];
      const options = { ...NO_LIMITS, maxTotalBytes: () => limit };
      const opened = await input(archive);
      await expectCode(async () => {
        for await (const entry of format.read(opened, name, options)) {
          await collectBytes(entry.body);
          if (entry.kind !== 'file') continue;
          read.push(entry.path);
          limit = 400_000;
        }
      }, 'archive-invalid');
      expect(read).toEqual(['size/100000', 'size/200000']);
    });
  });

  describe('abort', () => {
    test('of a write fails with the signal’s own reason', async ({ format, name }) => {
      const reason = { why: 'the test ends it' };
      const signal = AbortSignal.abort(reason);
      await expectReason(
        () => collectBytes(format.write(membersOf(SMALL), { format: name, signal })),
        reason,
      );
      const controller = new AbortController();
      const { body, paused, resume } = pausingBody(
        seededBytes('first', 100_000),
        seededBytes('second', 100_000),
      );
      const members = [{ path: 'file', size: 200_000, open: () => body }];
      const options = { format: name, signal: controller.signal };
      const writing = expectReason(() => collectBytes(format.write(members, options)), reason);
      await Promise.race([paused, writing]);
      controller.abort(reason);
      await writing;
      resume();
    });

    test('of a read fails with the signal’s own reason', async (given) => {
      const { format, name, unpack, pack, input } = given;
      const archive = await pack(filesOfSizes([100, 3_000_000, 100]));
      const reason = { why: 'the test ends it' };
      await expectReason(() => unpack(archive, { signal: AbortSignal.abort(reason) }), reason);
      const controller = new AbortController();
      const opened = await input(archive, 10_000);
      const options = { ...NO_LIMITS, signal: controller.signal };
      await expectReason(async () => {
        for await (const entry of format.read(opened, name, options)) {
          for await (const _ of entry.body) controller.abort(reason);
        }
      }, reason);
    });

    test('of a read that waits for bytes fails with the signal’s own reason', async (given) => {
      const { format, name, context, pack } = given;
      if (format.features.randomAccess) context.skip('does not read streams');
      const archive = await pack(filesOfSizes([3_000_000]));
      const reason = { why: 'the test ends it' };
      const controller = new AbortController();
      const half = archive.length / 2;
      const { body, paused, resume } = pausingBody(
        archive.subarray(0, half),
        archive.subarray(half),
      );
      const options = { ...NO_LIMITS, signal: controller.signal };
      const reading = expectReason(async () => {
        for await (const entry of format.read({ stream: () => body }, name, options)) {
          await collectBytes(entry.body);
        }
      }, reason);
      await Promise.race([paused, reading]);
      controller.abort(reason);
      await reading;
      resume();
    });

    test('leaving a read early gives its input up', async (given) => {
      const { format, name, context, pack } = given;
      if (format.features.randomAccess) context.skip('does not read streams');
      const archive = await pack(filesOfSizes([100, 3_000_000]));
      let ended = false;
      let pulled = 0;
      async function* stream(): AsyncGenerator<Uint8Array, void, undefined> {
        try {
          for (let start = 0; start < archive.length; start += 10_000) {
            const chunk = archive.subarray(start, start + 10_000);
            pulled += chunk.length;
            yield chunk;
          }
        } finally {
          ended = true;
        }
      }
      for await (const entry of format.read({ stream }, name, NO_LIMITS)) {
        if (entry.kind === 'file') break;
      }
      await expect.poll(() => ended, { timeout: 20_000 }).toBe(true);
      expect(pulled).toBeLessThan(archive.length);
    });
  });
}
