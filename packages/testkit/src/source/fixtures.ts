import { seededBytes } from '../tools/seeded.ts';

/** A file of the model that a source is tested with. */
export interface KnownFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** Whether the upstream keeps it by git-lfs. */
  readonly lfs: boolean;
}

/** Files that are good to test a source with: hostile names, no bytes, several chunks, and more than a page of a listing. */
export function knownFiles(): KnownFile[] {
  const paths = [
    'README.md',
    'readme.md',
    '.gitattributes',
    'folder with space/quote\'".txt',
    'percent%2Fencoded/hash#and?query&plus+.txt',
    'caf\u00e9.txt',
    'cafe\u0301.txt',
    '\u{1f600}.txt',
    '-rf',
    '[brackets]/{braces}.txt',
    'semi;colon,comma=equals@at',
  ];
  const plain = (path: string, content: Uint8Array): KnownFile => ({ path, content, lfs: false });
  return [
    ...paths.map((path) => plain(path, Buffer.from(`content of ${path}\n`))),
    plain('empty.txt', new Uint8Array()),
    plain('text.json', seededBytes('text', 70_001)),
    { path: 'deep/er/weights.safetensors', content: seededBytes('weights', 3_000_001), lfs: true },
    { path: 'one-byte.bin', content: seededBytes('one', 1), lfs: true },
    ...Array.from({ length: 1_100 }, (_, index) =>
      plain(`many/${index % 3}/${index}.txt`, Buffer.from(`${index}`)),
    ),
  ];
}
