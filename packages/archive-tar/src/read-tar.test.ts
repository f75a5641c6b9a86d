import { isModelkeepError } from '@modelkeep/core/spi';
import {
  hostileTars,
  paxRecord,
  rawHeader,
  rawLongName,
  rawMember,
  rawPax,
  rawTar,
  TAR_END,
} from '@modelkeep/testkit/hostile-archives';
import { bodyOf } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { readAll } from '../test/read-all.ts';
import { readTar } from './read-tar.ts';

const LIMITS = { maxEntries: 1000, maxPathBytes: 2000, maxTotalBytes: () => 2 ** 40 };

/** Reasons that core gives, not the format. */
const OF_CORE = /^(path-|name-not-portable|special-file|duplicate-member|unknown-format)/;

describe('hostile tars', () => {
  const own = hostileTars().filter(
    ({ expected, bytes }) => !OF_CORE.test(expected.reason ?? '') && bytes().length > 0,
  );

  it.each(own)('$name', async ({ name, bytes, expected }) => {
    const format = /^tar: (gz|zst)/.exec(name)?.[1];
    const error: unknown = await readAll(
      bytes(),
      format === undefined ? 'tar' : `tar.${format}`,
    ).catch((failure: unknown) => failure);
    if (!isModelkeepError(error)) throw new Error('accepted', { cause: error });
    expect({ code: error.code, reason: error.details['reason'] }).toEqual(expected);
  });
});

describe('readTar', () => {
  const paths = async (...parts: Uint8Array[]): Promise<string[]> =>
    (await readAll(rawTar(...parts))).map(({ path }) => path);

  it('takes names from pax, GNU and ustar headers', async () => {
    const file = rawMember({ path: 'plain', content: 'x' });
    expect(await paths(file)).toEqual(['plain']);
    expect(await paths(rawPax(paxRecord('path', 'by-pax')), file)).toEqual(['by-pax']);
    expect(await paths(rawLongName('by-gnu'), file)).toEqual(['by-gnu']);
    expect(await paths(rawHeader({ name: 'name', prefix: 'pre/fix' }))).toEqual(['pre/fix/name']);
  });

  it('lets harmless records be', async () => {
    const records = ['mtime', 'atime', 'ctime', 'uid', 'gid', 'uname', 'gname', 'comment']
      .map((key) => paxRecord(key, '1'))
      .concat([
        paxRecord('SCHILY.xattr.com.apple.quarantine', Buffer.from([0xff, 0, 0x0a])),
        paxRecord('LIBARCHIVE.xattr.user.x', 'QQ'),
        paxRecord('LIBARCHIVE.creationtime', '1.5'),
        paxRecord('hdrcharset', 'ISO-IR 10646 2000 UTF-8'),
        paxRecord('size', '1'),
      ]);
    const file = rawMember({ path: 'plain', content: 'x' });
    const comment = rawPax(paxRecord('comment', 'f'.repeat(40)), 'g');
    expect(await paths(comment, rawPax(Buffer.concat(records)), file)).toEqual(['plain']);
  });

  it('skips what is not read', async () => {
    const archive = rawTar(
      rawMember({ path: 'a', content: 'a'.repeat(5000) }),
      rawMember({ path: 'b', content: 'b'.repeat(5000) }),
    );
    const seen: string[] = [];
    for await (const { path, body } of readTar(
      { chunks: bodyOf(archive, 333)[Symbol.asyncIterator]() },
      LIMITS,
    )) {
      for await (const chunk of body) {
        seen.push(`${path} ${chunk[0]}`);
        break;
      }
    }
    expect(seen).toEqual(['a 97', 'b 98']);
  });

  it('takes an end mark with the zeros that fill a record', async () => {
    const archive = Buffer.concat([rawMember({ path: 'a' }), TAR_END, Buffer.alloc(8704)]);
    expect((await readAll(archive)).map(({ path }) => path)).toEqual(['a']);
  });

  it('gives large content by reference', async () => {
    const content = Buffer.alloc(4096, 1);
    const archive = rawTar(rawHeader({ name: 'a', size: 4096 }), content);
    for await (const { body } of readTar(
      { chunks: bodyOf(archive, archive.length)[Symbol.asyncIterator]() },
      LIMITS,
    )) {
      for await (const chunk of body) expect(chunk.buffer).toBe(archive.buffer);
    }
  });
});
