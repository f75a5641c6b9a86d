import type { ArchiveMember } from '@modelkeep/core/spi';
import { bodyOf } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';

/** A file to pack, with its content. */
export interface PackedFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** A path of exactly `bytes` bytes, in segments of at most `segment`. */
export function pathOf(bytes: number, segment: number, letter = 'n'): string {
  const letters = Array.from({ length: bytes }, (_, index) =>
    index % (segment + 1) === segment && index !== bytes - 1 ? '/' : letter,
  );
  return letters.join('');
}

/** Names that are legal in a repository and that a careless format mangles. */
export const HOSTILE_PATHS: readonly string[] = [
  'plain.txt',
  'deep/er/and/deep/er/file',
  ' leading and trailing ',
  'trailing.',
  'quote\'"`',
  'new\nline and\ttab',
  'back\\slash',
  'percent%2Fencoded',
  '-rf',
  '...',
  '.hidden/.file',
  'case/README',
  'case/readme',
  'C:colon',
  'star*?<>|',
  'caf\u00e9/nfc',
  'cafe\u0301/nfd',
  '\u{1f600}/\uff5e',
  '12 path=value',
  '__proto__',
];

/** Paths around the lengths at which formats change how they write a name. */
export const LONG_PATHS: readonly string[] = [
  ...[99, 100, 101, 154, 155, 156, 254, 255].map((bytes) => pathOf(bytes, 255)),
  ...[100, 101, 155, 156, 255, 256, 257, 512, 1023, 1024].map((bytes) => pathOf(bytes, 50, 's')),
  `${pathOf(155, 200, 'p')}/${pathOf(100, 200, 'q')}`,
  `${pathOf(156, 200, 'p')}/${pathOf(100, 200, 'q')}`,
  `${pathOf(155, 200, 'p')}/${pathOf(101, 200, 'q')}`,
  'é'.repeat(50),
  `x${'é'.repeat(50)}`,
  `${'é'.repeat(120)}/${'\u{1f600}'.repeat(60)}/${'ü'.repeat(120)}`,
];

export const SIZES: readonly number[] = [
  0, 1, 511, 512, 513, 1023, 1024, 1025, 65_535, 65_536, 65_537, 1_048_577,
];

export function filesOf(paths: readonly string[]): PackedFile[] {
  return paths.map((path, index) => ({ path, content: seededBytes(path, index % 7) }));
}

export function filesOfSizes(sizes: readonly number[]): PackedFile[] {
  return sizes.map((size) => ({ path: `size/${size}`, content: seededBytes(size, size) }));
}

/** Some hundred bytes: enough for every part of an archive, small enough to try each cut of it. */
export const SMALL: readonly PackedFile[] = [
  { path: 'first.txt', content: Buffer.from('the first') },
  { path: 'folder/second.bin', content: seededBytes('second', 1500) },
  { path: `folder/${'l'.repeat(200)}`, content: seededBytes('third', 600) },
  { path: 'last-and-empty', content: new Uint8Array() },
];

export function membersOf(files: readonly PackedFile[], chunkSize?: number): ArchiveMember[] {
  return files.map(({ path, content }) => ({
    path,
    size: content.length,
    open: () => bodyOf(content, chunkSize),
  }));
}
