import { describe, expect } from 'vitest';
import { seededBytes } from '../tools/seeded.ts';
import type { ArchiveTest } from './archive-test.ts';
import { filesOf, filesOfSizes, LONG_PATHS, SMALL } from './fixtures.ts';

export function describeDetection(test: ArchiveTest): void {
  describe('detect', () => {
    test('names the format from the first 512 bytes, or the whole input', async (given) => {
      for (const files of [SMALL, filesOf(LONG_PATHS.slice(-1)), filesOfSizes([70_000])]) {
        const archive = await given.pack(files);
        expect(given.format.detect(archive)).toBe(given.name);
        expect(given.format.detect(archive.subarray(0, 512))).toBe(given.name);
      }
    });

    test('names nothing for what is no archive', async ({ format }) => {
      const texts = ['', 'x', '{"json": true}', 'version https://git-lfs.github.com/spec/v1\n'];
      const inputs = [
        ...texts.map((text) => Buffer.from(text)),
        new Uint8Array(512).fill(0x20),
        ...Array.from({ length: 50 }, (_, seed) => seededBytes(seed, 512)),
      ];
      for (const head of inputs) expect(format.detect(head)).toBeUndefined();
    });

    test('is of a contract of version 1, with names of its own', async ({ format, name }) => {
      expect(format.specificationVersion).toBe('v1');
      expect(format.names).toContain(name);
      expect(new Set(format.names).size).toBe(format.names.length);
      expect(typeof format.features.randomAccess).toBe('boolean');
    });
  });
}
