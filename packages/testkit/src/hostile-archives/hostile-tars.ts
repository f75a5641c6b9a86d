import { gzipSync, zstdCompressSync } from 'node:zlib';
import { CONFIG, type HostileArchive, METADATA, refused, withMembers } from './hostile-case.ts';
import { hostilePaxHeaders } from './hostile-pax.ts';
import { padded, type RawHeader, rawHeader, rawMember, rawTar, tarOfMembers } from './raw-tar.ts';

const VALID = (): Buffer => tarOfMembers(withMembers());
const FILE = 'r/model/x';

function tar(name: string, reason: string, bytes: () => Uint8Array): HostileArchive {
  return { name: `tar: ${name}`, bytes, expected: refused(reason) };
}

/** A valid archive with one more header, written by hand, and its content. */
function withHeader(
  name: string,
  reason: string,
  header: Partial<RawHeader>,
  content = '',
): HostileArchive {
  return tar(name, reason, () =>
    rawTar(
      rawMember(METADATA),
      rawMember(CONFIG),
      rawHeader({ name: FILE, size: content.length, ...header }),
      padded(content),
    ),
  );
}

function sizes(): HostileArchive[] {
  const base256 = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
  const fields: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['-1 in base 256', base256(...Array<number>(12).fill(0xff)), 'bad-size'],
    [
      'the smallest negative in base 256',
      base256(0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      'bad-size',
    ],
    [
      '2^63-1 in base 256',
      base256(0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      'bad-size',
    ],
    ['2^53 in base 256', base256(0x80, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0), 'bad-size'],
    [
      '2^94 in base 256',
      base256(0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      'bad-size',
    ],
    ['letters', 'abcdefghijk\0', 'bad-size'],
    ['a digit 8', '00000000008\0', 'bad-size'],
    ['a minus', '-0000000001\0', 'bad-size'],
    ['a gap', '0000 000001\0', 'bad-size'],
    ['a digit behind NUL', '0000000\x000001', 'bad-size'],
    ['hexadecimal', '0x000000001\0', 'bad-size'],
    ['8 GiB that are not there', '77777777777\0', 'truncated'],
    ['8 TiB that are not there', base256(0x80, 0, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0), 'truncated'],
    ['one byte more than is there', '00000002001\0', 'truncated'],
  ];
  return fields.map(([name, sizeField, reason]) =>
    withHeader(`size ${name}`, reason, { sizeField }),
  );
}

function headers(): HostileArchive[] {
  return [
    withHeader('checksum wrong', 'bad-checksum', { checksum: '000001\0 ' }),
    withHeader('checksum no number', 'bad-checksum', { checksum: 'zzzzzz\0 ' }),
    withHeader('checksum empty', 'bad-checksum', { checksum: '\0\0\0\0\0\0\0\0' }),
    withHeader('no magic', 'bad-header', { magic: '\0\0\0\0\0\0\0\0' }),
    withHeader('magic in capitals', 'bad-header', { magic: 'USTAR\u000000' }),
    withHeader('magic of another version', 'bad-header', { magic: 'ustar\u000099' }),
    withHeader('the header of another dialect', 'bad-header', { patch: [[508, 'tar\0']] }),
    withHeader('NUL within the name', 'nul-in-name', { name: 'r/model/a\0b' }),
    withHeader('a second name behind NUL', 'nul-in-name', { name: 'r/model/a\0../../canary' }),
    withHeader('NUL within the prefix', 'nul-in-name', { prefix: 'r/model\0/..' }),
    withHeader('NUL within a link target', 'nul-in-name', { type: '2', linkName: 'a\0b' }),
    withHeader('a name that is not UTF-8', 'name-not-utf-8', {
      name: Buffer.from('r/model/\xff\xfe', 'latin1'),
    }),
    withHeader('an overlong slash', 'name-not-utf-8', {
      name: Buffer.from('r/model/..\xc0\xaf', 'latin1'),
    }),
    withHeader('a surrogate', 'name-not-utf-8', {
      name: Buffer.from('r/model/\xed\xa0\x80', 'latin1'),
    }),
    withHeader('no name', 'path-not-plain', { name: '' }),
    withHeader('a way out by the prefix', 'path-leaves-root', {
      name: 'canary',
      prefix: 'r/../..',
    }),
    withHeader('an absolute prefix', 'path-absolute', { name: 'canary', prefix: '/etc' }),
    withHeader('a file called as a folder', 'bad-header', { name: 'r/model/x/' }),
    withHeader('a folder with content', 'content-without-file', { type: '5' }, 'hidden'),
    withHeader(
      'a symbolic link with content',
      'content-without-file',
      { type: '2', linkName: 'a' },
      'hidden',
    ),
    withHeader(
      'a hard link with content',
      'content-without-file',
      { type: '1', linkName: 'a' },
      'hidden',
    ),
    ...[...'346'].map((type) => withHeader(`type ${type}`, 'special-file', { type })),
    withHeader('type 7', 'special-file', { type: '7' }, 'contiguous'),
    withHeader('a type of a vendor', 'special-file', { type: 'A' }),
    withHeader('a type that is no letter', 'special-file', { type: '\u0001' }),
    ...[...'SMVDNX'].map((type) => withHeader(`type ${type}`, 'sparse-or-multi-volume', { type })),
  ];
}

function ends(): HostileArchive[] {
  const body = (): Buffer => VALID().subarray(0, -1024);
  const block = Buffer.alloc(512);
  const hidden = (): Buffer => rawMember({ path: 'r/model/hidden', content: 'x' });
  return [
    tar('empty file', 'unknown-format', () => Buffer.alloc(0)),
    tar('zeros only', 'unknown-format', () => Buffer.alloc(10_240)),
    tar('no end mark', 'no-end-mark', body),
    tar('half an end mark', 'truncated', () => Buffer.concat([body(), block])),
    tar('an end mark cut short', 'truncated', () => VALID().subarray(0, -1)),
    tar('an end mark, a block too long by some bytes', 'truncated', () =>
      Buffer.concat([VALID(), Buffer.alloc(7)]),
    ),
    tar('one zero block between members', 'trailing-bytes', () =>
      Buffer.concat([body(), block, hidden(), block, block]),
    ),
    tar('members behind the end', 'trailing-bytes', () =>
      Buffer.concat([VALID(), hidden(), block, block]),
    ),
    tar('a second archive', 'trailing-bytes', () => Buffer.concat([VALID(), VALID()])),
    tar('a byte far behind the end', 'trailing-bytes', () =>
      Buffer.concat([VALID(), Buffer.alloc(9728), Buffer.from('x')]),
    ),
    tar('two megabytes of zeros behind the end', 'trailing-bytes', () =>
      Buffer.concat([VALID(), Buffer.alloc(2 * 1024 * 1024)]),
    ),
    tar('cut within a header', 'truncated', () => VALID().subarray(0, 1024 + 100)),
    tar('cut within a content', 'truncated', () => VALID().subarray(0, 512 + 20)),
    tar('cut within a padding', 'truncated', () => VALID().subarray(0, 1000)),
    tar('bytes in a padding', 'bytes-in-padding', () =>
      rawTar(rawMember(METADATA), rawHeader({ name: FILE, size: 3 }), padded('abc', 0x41)),
    ),
    tar('a byte at the end of a padding', 'bytes-in-padding', () => {
      const archive = VALID();
      archive[1023] = 1;
      return archive;
    }),
  ];
}

function compressed(): HostileArchive[] {
  const codecs: readonly (readonly [string, (bytes: Uint8Array) => Buffer])[] = [
    ['gz', (bytes) => gzipSync(bytes)],
    ['zst', (bytes) => zstdCompressSync(bytes)],
  ];
  return codecs.flatMap(([codec, pack]) => {
    const bytes = (): Buffer => pack(VALID());
    const half = Math.floor(bytes().length / 2);
    return [
      tar(`${codec} cut in half`, 'truncated', () => bytes().subarray(0, half)),
      tar(`${codec} cut by a byte`, 'truncated', () => bytes().subarray(0, -1)),
      tar(`${codec} with text behind`, codec === 'gz' ? 'bad-compression' : 'trailing-bytes', () =>
        Buffer.concat([bytes(), Buffer.from('some text')]),
      ),
      tar(`${codec} with zeros behind`, 'trailing-bytes', () =>
        Buffer.concat([bytes(), Buffer.alloc(64)]),
      ),
      tar(`${codec} with another archive behind`, 'trailing-bytes', () =>
        Buffer.concat([bytes(), bytes()]),
      ),
      tar(`${codec} of an archive with bytes behind its end`, 'trailing-bytes', () =>
        pack(Buffer.concat([VALID(), Buffer.from('x')])),
      ),
      tar(`${codec} of text`, 'bad-header', () => pack(Buffer.alloc(2000, 'no archive '))),
      tar(`${codec} of nothing`, 'no-end-mark', () => pack(Buffer.alloc(0))),
      tar(`${codec} of itself`, 'truncated', () => pack(bytes())),
      tar(`${codec} of an archive without its end`, 'no-end-mark', () =>
        pack(VALID().subarray(0, -1024)),
      ),
    ];
  });
}

function damaged(): HostileArchive[] {
  return [
    tar('gz with a wrong checksum', 'bad-compression', () => {
      const bytes = gzipSync(VALID());
      bytes.writeUInt32LE(1, bytes.length - 8);
      return bytes;
    }),
    tar('gz with a wrong length', 'bad-compression', () => {
      const bytes = gzipSync(VALID());
      bytes.writeUInt32LE(1, bytes.length - 4);
      return bytes;
    }),
    tar('zst with garbage as its frame', 'bad-compression', () =>
      Buffer.concat([Buffer.from('28b52ffd', 'hex'), Buffer.alloc(600, 0xff)]),
    ),
    tar('zst of empty frames without end', 'trailing-bytes', () => {
      const empty = Buffer.from('502a4d1800000000', 'hex');
      return Buffer.concat([...Array<Buffer>(1000).fill(empty)]);
    }),
  ];
}

/** Tars that readers understand in more than one way, or that end before they should. */
export function hostileTars(): readonly HostileArchive[] {
  return [
    ...sizes(),
    ...headers(),
    ...hostilePaxHeaders(),
    ...ends(),
    ...compressed(),
    ...damaged(),
  ];
}
