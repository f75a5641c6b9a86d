/** Keys that the contract allows and that a careless backend mistakes for something else. */
export const HOSTILE_KEYS: readonly string[] = [
  'plain',
  'deep/er/and/deep/er/still/file.bin',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ/abcdefghijklmnopqrstuvwxyz/0123456789',
  'signs/._-+@=%~',
  '.hidden',
  '...',
  '..a/a..',
  '-rf',
  '--help/-',
  '~/~root',
  'percent/%2F/%2e%2e/%00/%',
  'query=1/a+b@c',
  'dots./trailing.',
  'CON/nul.txt/aux',
  'constructor/__proto__/toString',
  'case/readme',
  'case/README',
  'twin/a.b',
  'twin/a-b',
  'twin/a_b',
  'twin/a%2Eb',
];

/** Strings that are no keys. */
export const INVALID_KEYS: readonly string[] = [
  '',
  '/',
  '/absolute',
  'folder/',
  'a//b',
  '.',
  '..',
  './a',
  '../a',
  'a/../b',
  'a/./b',
  'a/..',
  'a b',
  'a\u0000b',
  'a\nb',
  'a\\b',
  'C:a',
  'a*',
  'a?b',
  'a#b',
  'é',
  'a/\u{1f600}',
  `long/${'x'.repeat(1020)}`,
];

/** The longest key there is: 1024 bytes, in segments that every file system takes. */
export const LONGEST_KEY: string = Array.from({ length: 5 }, () => 'k'.repeat(204)).join('/');

/** Sizes around the chunks and parts that backends work in. */
export const SIZES: readonly number[] = [
  0,
  1,
  511,
  512,
  513,
  65_535,
  65_536,
  65_537,
  1_048_576,
  1_048_577,
  5 * 1_048_576,
  8 * 1_048_576 + 1,
];
