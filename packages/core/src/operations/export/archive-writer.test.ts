import { expect, it } from 'vitest';
import type { ArchiveFormat } from '../../spi/archive-format.ts';
import { writerOf } from './archive-writer.ts';

const [tar, zip] = [
  { names: ['tar', 'tar.zst'], features: { randomAccess: false } },
  { names: ['zip'], features: { randomAccess: true, compressOption: true } },
] as unknown as readonly [ArchiveFormat, ArchiveFormat];

it('finds the format that can do what is asked', () => {
  expect(writerOf([tar, zip], 'tar.zst', false)).toBe(tar);
  expect(writerOf([tar, zip], 'zip', false)).toBe(zip);
  expect(writerOf([tar, zip], 'zip', true)).toBe(zip);
});

it('says what is known, and what can compress', () => {
  expect(() => writerOf([tar, zip], 'rar', false)).toThrow('known are tar, tar.zst, zip');
  expect(() => writerOf([], 'tar', false)).toThrow('opened without any');
  expect(() => writerOf([tar, zip], 'tar', true)).toThrow('it is for zip; tar.zst is a compressed');
  expect(() => writerOf([tar], 'tar', true)).toThrow('none here');
});
