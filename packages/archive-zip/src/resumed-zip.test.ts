import type { ArchiveMember } from '@modelkeep/core/spi';
import { collectBytes, seededBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { KnownChecksums } from './known-checksums.ts';
import { zipArchives } from './zip-archives.ts';

const MIB = 1024 * 1024;

/** Members that tell what of them is read. */
function watched(contents: readonly Uint8Array[]): {
  readonly members: readonly ArchiveMember[];
  readonly read: string[];
} {
  const read: string[] = [];
  const members = contents.map((content, index) => ({
    path: `root/${index}`,
    size: content.length,
    identity: String(index),
    async *open(start = 0) {
      read.push(`${index} from ${start}`);
      for (let at = start; at < content.length; at += MIB) yield content.subarray(at, at + MIB);
    },
  }));
  return { members, read };
}

it('goes on at any byte with the same bytes', async () => {
  const { members } = watched([seededBytes('a', 700), new Uint8Array(), seededBytes('b', 300)]);
  const whole = await collectBytes(zipArchives().write(members, { format: 'zip' }));
  const again = zipArchives();
  for (let start = 0; start <= whole.length; start += 7) {
    const rest = await collectBytes(again.write(members, { format: 'zip', start }));
    expect(Buffer.from(rest).equals(whole.subarray(start)), String(start)).toBe(true);
  }
});

it('does not read again what it has summed up before', async () => {
  const large = new Uint8Array(130 * MIB);
  const { members, read } = watched([seededBytes('a', 700), large]);
  const format = zipArchives();
  const whole = await collectBytes(format.write(members, { format: 'zip' }));
  read.length = 0;
  const start = 100 * MIB;
  const rest = await collectBytes(format.write(members, { format: 'zip', start }));
  expect(Buffer.from(rest).equals(whole.subarray(start))).toBe(true);
  expect(read).toEqual([`1 from ${64 * MIB}`]);
});

it('forgets the checksums of contents that were not written for long', () => {
  const sums = new KnownChecksums();
  for (let index = 0; index < 1001; index += 1) {
    sums.note(String(index), { length: 5, crc: index }, 5);
  }
  expect(sums.best('0', 5)).toEqual({ length: 0, crc: 0 });
  expect(sums.best('1000', 5)).toEqual({ length: 5, crc: 1000 });
  expect(sums.best('1000', 4)).toEqual({ length: 0, crc: 0 });
  expect(sums.best(undefined, 4)).toEqual({ length: 0, crc: 0 });
});
