import {
  paxRecord,
  rawHeader,
  rawLongName,
  rawMember,
  rawPax,
  rawTar,
} from '@modelkeep/testkit/hostile-archives';

const BLOCK = 512;

export type Random = () => number;

/** Small valid archives in each dialect, to start from. */
export function seedArchives(): readonly Buffer[] {
  const file = (path: string, content: string): Buffer => rawMember({ path, content });
  const gnu = { magic: 'ustar  \0' };
  const gnuFile = Buffer.concat([
    rawHeader({ ...gnu, name: 'r/model/g', size: 3 }),
    Buffer.from('gnu'.padEnd(BLOCK, '\0')),
  ]);
  return [
    rawTar(
      rawMember({ path: 'r/', kind: 'directory' }),
      file('r/a.txt', 'hello'),
      file('r/model/b', 'x'.repeat(700)),
    ),
    rawTar(
      rawLongName(`r/model/${'l'.repeat(150)}`),
      rawHeader({ ...gnu, name: 'r/model/cut' }),
      gnuFile,
    ),
    rawTar(
      rawPax(
        Buffer.concat([
          paxRecord('path', `r/model/\u00fc${'p'.repeat(120)}`),
          paxRecord('mtime', '1.5'),
        ]),
      ),
      rawHeader({ name: 'short', size: 5 }),
      Buffer.from('hello'.padEnd(BLOCK, '\0')),
      file('r/z', ''),
    ),
    rawTar(
      rawPax(paxRecord('comment', 'c0ffee'), 'g'),
      rawMember({ path: 'r/l', kind: 'symlink', linkTarget: 'a' }),
      file('r/q', 'q'),
    ),
    rawTar(
      rawHeader({ name: 'name', prefix: 'pre/fix', size: 2 }),
      Buffer.from('ok'.padEnd(BLOCK, '\0')),
    ),
  ];
}

function int(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** Makes the checksum of the header at `at` right again, as a forger would. */
function fixChecksum(archive: Buffer, at: number): void {
  if (at + BLOCK > archive.length) return;
  archive.fill(' ', at + 148, at + 156);
  const sum = archive.subarray(at, at + BLOCK).reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
}

const FIELDS = [
  0, 99, 100, 124, 128, 134, 135, 148, 156, 157, 257, 262, 263, 264, 345, 475, 499, 500, 508, 511,
];
const BYTES = [
  0, 1, 0x20, 0x2e, 0x2f, 0x30, 0x31, 0x37, 0x38, 0x4c, 0x53, 0x67, 0x78, 0x80, 0xc3, 0xff,
];

type Mutation = (archive: Buffer, random: Random) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (archive, random) => {
    archive[int(random, archive.length)] = int(random, 256);
    return archive;
  },
  (archive, random) => {
    const block = int(random, archive.length / BLOCK) * BLOCK;
    const field = FIELDS[int(random, FIELDS.length)] ?? 0;
    archive[block + field] = BYTES[int(random, BYTES.length)] ?? 0;
    fixChecksum(archive, block);
    return archive;
  },
  (archive, random) => {
    const block = int(random, archive.length / BLOCK) * BLOCK;
    for (let count = 1 + int(random, 4); count > 0; count -= 1) {
      archive[block + int(random, BLOCK)] = BYTES[int(random, BYTES.length)] ?? 0;
    }
    if (random() < 0.8) fixChecksum(archive, block);
    return archive;
  },
  (archive, random) => archive.subarray(0, int(random, archive.length + 1)),
  (archive, random) => {
    const from = int(random, archive.length / BLOCK) * BLOCK;
    const to = int(random, archive.length / BLOCK) * BLOCK;
    const block = archive.subarray(from, from + BLOCK);
    return Buffer.concat([archive.subarray(0, to), block, archive.subarray(to)]);
  },
  (archive, random) => {
    const at = int(random, archive.length / BLOCK) * BLOCK;
    return Buffer.concat([archive.subarray(0, at), archive.subarray(at + BLOCK)]);
  },
  (archive, random) =>
    Buffer.concat([archive, Buffer.alloc(int(random, 3) * BLOCK, random() < 0.8 ? 0 : 1)]),
];

/** One mutant of `archive`: one to three changes. */
export function mutate(archive: Buffer, random: Random): Buffer {
  let mutant: Buffer = Buffer.from(archive);
  for (let count = 1 + int(random, 3); count > 0 && mutant.length >= BLOCK; count -= 1) {
    const mutation = MUTATIONS[int(random, MUTATIONS.length)];
    if (mutation !== undefined) mutant = Buffer.from(mutation(mutant, random));
  }
  return mutant;
}
