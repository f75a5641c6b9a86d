import { coalesce } from '@modelkeep/archive-common';
import { isModelkeepError } from '@modelkeep/core/spi';
import { bodyOf, collectBytes, seededBytes } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { tarArchives } from './tar-archives.ts';
import { parseHeader } from './tar-header.ts';

const MIB = 1024 * 1024;

describe('write', () => {
  it('passes large chunks by reference', async () => {
    const chunks = [seededBytes(1, MIB), seededBytes(2, MIB)];
    const member = {
      path: 'r/model/weights',
      size: 2 * MIB,
      async *open(): AsyncGenerator<Uint8Array> {
        yield* chunks;
      },
    };
    const written = await Array.fromAsync(tarArchives().write([member], { format: 'tar' }));
    expect(written).toHaveLength(4);
    expect(written[1]).toBe(chunks[0]);
    expect(written[2]).toBe(chunks[1]);
  });

  it('writes owner, mode and time that are the same everywhere', async () => {
    const bytes = await collectBytes(
      tarArchives().write([{ path: 'r/a', size: 1, open: () => bodyOf(Buffer.from('a')) }], {
        format: 'tar',
      }),
    );
    const field = (at: number, length: number): number =>
      Number.parseInt(
        Buffer.from(bytes.subarray(512 + at, 512 + at + length)).toString('latin1'),
        8,
      );
    const [mode, uid, gid, size] = [field(100, 8), field(108, 8), field(116, 8), field(124, 12)];
    expect({ mode, uid, gid, size }).toEqual({ mode: 0o644, uid: 0, gid: 0, size: 1 });
    expect(field(136, 12) * 1000).toBe(Date.UTC(1980, 0, 1));
    expect(parseHeader(bytes.subarray(0, 512))).toMatchObject({ type: '5', size: 0 });
    expect(bytes.subarray(512 + 265, 512 + 329).every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ['shorter', 2],
    ['longer', 4],
  ])('fails for a body that is %s than its size', async (_name, length) => {
    const member = { path: 'r/model/x', size: 3, open: () => bodyOf(Buffer.alloc(length)) };
    const error: unknown = await collectBytes(
      tarArchives().write([member], { format: 'tar' }),
    ).catch((failure: unknown) => failure);
    expect(isModelkeepError(error, 'storage-failed') && error.message).toContain('r/model/x');
  });

  it('begins at any byte, without reading what comes before', async () => {
    const contents = ['aaa', 'b'.repeat(700), '', 'c'.repeat(512)].map((text) => Buffer.from(text));
    const opened: string[] = [];
    const members = contents.map((content, index) => ({
      path: `r/model/${index}`,
      size: content.length,
      open(start = 0) {
        opened.push(`${index}:${start}`);
        return bodyOf(content.subarray(start));
      },
    }));
    const whole = await collectBytes(tarArchives().write(members, { format: 'tar' }));
    for (let start = 0; start <= whole.length; start += 97) {
      const rest = await collectBytes(tarArchives().write(members, { format: 'tar', start }));
      expect(Buffer.compare(rest, whole.subarray(start)), String(start)).toBe(0);
    }
    opened.length = 0;
    // Two folders, the first file, and the second file's header stand before its 100th byte.
    await collectBytes(tarArchives().write(members, { format: 'tar', start: 512 * 5 + 100 }));
    expect(opened).toEqual(['1:100', '2:0', '3:0']);
  });

  it('knows the exact size beforehand, also of giants', () => {
    const { writtenSize } = tarArchives();
    const giant = 9 * 1024 ** 3;
    expect(writtenSize([{ path: 'r/a', size: giant }], 'tar')).toBe(
      512 * (1 + 1 + 1 + 1) + giant + 1024,
    );
    expect(writtenSize([{ path: 'a', size: 1 }], 'tar')).toBe(512 + 512 + 1024);
    expect(writtenSize([{ path: 'a', size: 1 }], 'tar.gz')).toBeUndefined();
    expect(() => writtenSize([], 'zip')).toThrow(/not known.*tar\.zst/);
  });
});

describe('coalesce', () => {
  it('joins small pieces and keeps the bytes', async () => {
    const pieces = Array.from({ length: 3000 }, (_, index) => seededBytes(index, index % 300));
    const joined = await Array.fromAsync(
      coalesce(
        (async function* () {
          yield* pieces;
        })(),
      ),
    );
    expect(joined.length).toBeLessThan(5);
    expect(Buffer.compare(Buffer.concat(joined), Buffer.concat(pieces))).toBe(0);
  });
});
