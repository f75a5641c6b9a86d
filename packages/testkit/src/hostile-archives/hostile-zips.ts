import { crc32, deflateRawSync } from 'node:zlib';
import { type HostileArchive, refused, withMembers } from './hostile-case.ts';
import {
  type RawZipEnd,
  type RawZipHeader,
  type RawZipMember,
  rawZip,
  zipExtra,
} from './raw-zip.ts';

const FILE = 'r/model/x';
const TEXT = 'the content of a file';
const UTF8 = 0x0800;
const DESCRIPTOR = 0x0008;

const member = ({
  path,
  content,
}: {
  path: string;
  content?: string | Uint8Array;
}): RawZipMember => ({
  name: path,
  content: content ?? '',
});
const VALID: readonly RawZipMember[] = withMembers().map(member);

function zip(name: string, reason: string, bytes: () => Uint8Array): HostileArchive {
  return { name: `zip: ${name}`, bytes, expected: refused(reason) };
}

/** A valid archive with one more member, written by hand. */
function withFile(name: string, reason: string, file: Partial<RawZipMember>): HostileArchive {
  return zip(name, reason, () => rawZip([...VALID, { name: FILE, content: TEXT, ...file }]));
}

function withEnd(name: string, reason: string, end: RawZipEnd): HostileArchive {
  return zip(name, reason, () => rawZip(VALID, end));
}

const valid = (): Buffer => rawZip(VALID);

function disagreements(): HostileArchive[] {
  const told: readonly (readonly [string, RawZipHeader])[] = [
    ['name', { name: 'r/model/y' }],
    ['name that leads out', { name: '../../canary' }],
    ['name in other case', { name: 'r/model/X' }],
    ['method', { method: 8 }],
    ['checksum', { crc: 1 }],
    ['size', { size: 3 }],
    ['compressed size', { compressedSize: 3 }],
    ['size of 0', { size: 0, compressedSize: 0 }],
    ['flag for UTF-8', { flags: 0 }],
  ];
  return [
    ...told.map(([what, local]) =>
      withFile(`another ${what} in the local header`, 'headers-disagree', { local }),
    ),
    withFile('encrypted by the local header alone', 'headers-disagree', {
      local: { flags: UTF8 | 1 },
    }),
    withFile('a descriptor that the directory does not know', 'headers-disagree', {
      local: { flags: UTF8 | DESCRIPTOR },
    }),
    withFile('a second name beside the first', 'ambiguous-headers', {
      both: { extra: unicodePath(FILE, '../../canary') },
    }),
    withFile('a second name in the directory only', 'ambiguous-headers', {
      central: { extra: unicodePath(FILE, 'r/model/y') },
    }),
    withFile('an extra field twice', 'ambiguous-headers', {
      both: {
        extra: Buffer.concat([
          zipExtra(0x5455, Buffer.alloc(5)),
          zipExtra(0x5455, Buffer.alloc(5)),
        ]),
      },
    }),
    withFile('extra fields cut short', 'bad-header', {
      both: { extra: Buffer.from([1, 0, 99, 0]) },
    }),
    withFile('a zip64 size that is not there', 'bad-header', { both: { size: 0xffffffff } }),
    withFile('a zip64 size beyond all files', 'bad-size', {
      both: { size: 0xffffffff, extra: zipExtra(1, Buffer.alloc(16, 0xff)) },
    }),
  ];
}

function unicodePath(name: string, other: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(1, 0);
  head.writeUInt32LE(crc32(name), 1);
  return zipExtra(0x7075, Buffer.concat([head, Buffer.from(other)]));
}

function descriptors(): HostileArchive[] {
  const flags = UTF8 | DESCRIPTOR;
  const content = Buffer.from(TEXT);
  const descriptor = (crc: number, packed: number, size: number): Buffer => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(0x08074b50, 0);
    bytes.writeUInt32LE(crc >>> 0, 4);
    bytes.writeUInt32LE(packed, 8);
    bytes.writeUInt32LE(size, 12);
    return bytes;
  };
  const crc = crc32(content);
  const size = content.byteLength;
  const local = { crc: 0, size: 0, compressedSize: 0 };
  const cases: readonly (readonly [string, string, Buffer])[] = [
    ['with another checksum', 'headers-disagree', descriptor(crc + 1, size, size)],
    ['with another size', 'headers-disagree', descriptor(crc, size, size + 1)],
    [
      'with another signature',
      'headers-disagree',
      Buffer.concat([Buffer.alloc(4), descriptor(crc, size, size).subarray(4)]),
    ],
    ['that is missing', 'hidden-bytes', Buffer.alloc(0)],
    [
      'and more behind it',
      'hidden-bytes',
      Buffer.concat([descriptor(crc, size, size), Buffer.from('x')]),
    ],
  ];
  return cases.map(([name, reason, behind]) =>
    withFile(`a descriptor ${name}`, reason, { both: { flags }, local, behind }),
  );
}

function contents(): HostileArchive[] {
  const packed = deflateRawSync(TEXT);
  const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
  const both = { method: 8 };
  return [
    withFile('a wrong checksum', 'bad-checksum', { both: { crc: 1 } }),
    withFile('a size that is smaller', 'bad-size', { deflated: true, both: { size: 3 } }),
    withFile('a size that is larger', 'bad-size', { deflated: true, both: { size: 300 } }),
    withFile('two sizes of what is stored', 'bad-size', { both: { size: 3 } }),
    withFile('a bomb that says that it is small', 'bad-size', { packed: bomb, both }),
    withFile('content that cannot be unpacked', 'bad-content', {
      packed: Buffer.alloc(20, 0xff),
      both,
    }),
    withFile('content cut short', 'bad-content', { packed: packed.subarray(0, -3), both }),
    withFile('bytes behind the packed content', 'hidden-bytes', {
      packed: Buffer.concat([packed, Buffer.from('hidden')]),
      both,
    }),
    withFile('content in a folder', 'content-without-file', { name: `${FILE}/`, mode: 0o040755 }),
    withFile('a folder by its mode alone', 'bad-header', { content: '', mode: 0o040755 }),
    withFile('a folder by its name alone', 'bad-header', { name: `${FILE}/`, content: '' }),
    withFile('NUL within the name', 'nul-in-name', { name: 'r/model/a\0b' }),
    withFile('a name that is not UTF-8', 'name-not-utf-8', {
      name: Buffer.from('r/model/\xff\xfe', 'latin1'),
    }),
    withFile('a name of an unknown encoding', 'name-not-utf-8', {
      name: Buffer.from('r/model/\x84', 'latin1'),
      host: 0,
      both: { flags: 0 },
    }),
    withFile('a Windows name that leads out', 'path-leaves-root', {
      name: 'r\\model\\..\\..\\canary',
      host: 0,
    }),
  ];
}

function refusedByName(): HostileArchive[] {
  const methods = [1, 6, 9, 12, 14, 93, 95, 98, 1000];
  return [
    ...methods.map((method) =>
      withFile(`compressed by method ${method}`, 'unsupported-method', { both: { method } }),
    ),
    withFile('encrypted', 'encrypted', { both: { flags: UTF8 | 1 } }),
    withFile('encrypted strongly', 'encrypted', { both: { flags: UTF8 | 1 | 0x40 } }),
    withFile('encrypted with masked headers', 'encrypted', { both: { flags: UTF8 | 0x2000 } }),
    withFile('encrypted by AES', 'encrypted', {
      both: { method: 99, extra: zipExtra(0x9901, Buffer.from('02004145030800', 'hex')) },
    }),
    withFile('a member on another disk', 'split-archive', { central: { disk: 1 } }),
    withEnd('the last part of a split archive', 'split-archive', { disk: 1 }),
    withEnd('members on other disks', 'split-archive', { entriesHere: 1 }),
    zip('the first part of a split archive', 'split-archive', () =>
      Buffer.concat([Buffer.from('504b0708', 'hex'), valid().subarray(0, 300)]),
    ),
  ];
}

function places(): HostileArchive[] {
  return [
    zip('two members that share their bytes', 'overlapping-members', () =>
      rawZip([...VALID, { name: FILE, content: TEXT, central: { offset: 0 } }]),
    ),
    withFile('a member that reaches into the directory', 'overlapping-members', {
      both: { size: 100_000, compressedSize: 100_000 },
    }),
    withFile('bytes behind a member', 'hidden-bytes', { behind: Buffer.from('hidden') }),
    zip('a member that the directory does not name', 'hidden-bytes', () =>
      rawZip(VALID, { before: rawZip([{ name: FILE, content: TEXT }]).subarray(0, 60) }),
    ),
    zip('a member in the midst that the directory does not name', 'hidden-bytes', () => {
      const [first, second] = VALID as [RawZipMember, RawZipMember];
      const hidden = rawZip([{ name: FILE, content: TEXT }]).subarray(
        0,
        30 + FILE.length + TEXT.length,
      );
      return rawZip([{ ...first, behind: hidden }, second]);
    }),
    zip('members in another order than their directory', 'hidden-bytes', () => {
      const [first, second] = VALID as [RawZipMember, RawZipMember];
      const length = 30 + String(first.name).length + String(first.content).length;
      return rawZip([
        { ...first, central: { offset: length } },
        { ...second, central: { offset: 0 } },
      ]);
    }),
  ];
}

function ends(): HostileArchive[] {
  const end = valid().subarray(-22);
  const locator = (start: number): Buffer => {
    const bytes = Buffer.alloc(20);
    bytes.writeUInt32LE(0x07064b50, 0);
    bytes.writeBigUInt64LE(BigInt(start), 8);
    bytes.writeUInt32LE(1, 16);
    return bytes;
  };
  const zip64 = (entries: number, size: number, start: number): Buffer => {
    const bytes = Buffer.alloc(56);
    bytes.writeUInt32LE(0x06064b50, 0);
    bytes.writeBigUInt64LE(44n, 4);
    bytes.writeBigUInt64LE(BigInt(entries), 24);
    bytes.writeBigUInt64LE(BigInt(entries), 32);
    bytes.writeBigUInt64LE(BigInt(size), 40);
    bytes.writeBigUInt64LE(BigInt(start), 48);
    return bytes;
  };
  return [
    zip('cut by a byte', 'no-end-mark', () => valid().subarray(0, -1)),
    zip('cut in half', 'no-end-mark', () => valid().subarray(0, 150)),
    zip('bytes behind the end', 'trailing-bytes', () => Buffer.concat([valid(), Buffer.from('x')])),
    zip('another archive behind the end', 'hidden-bytes', () => Buffer.concat([valid(), valid()])),
    withEnd('an end record within the comment', 'ambiguous-headers', { comment: end }),
    withEnd('an end mark within the comment', 'trailing-bytes', {
      comment: Buffer.concat([end.subarray(0, 10), Buffer.alloc(30)]),
    }),
    withEnd('fewer members than the directory has', 'hidden-bytes', { entries: 1 }),
    withEnd('more members than the directory has', 'bad-header', { entries: 3 }),
    withEnd('a directory that begins earlier', 'hidden-bytes', { directoryStart: 10 }),
    withEnd('a directory that is smaller', 'hidden-bytes', { directorySize: 60 }),
    withEnd('a program before it', 'unknown-format', { before: Buffer.from('#!/bin/sh\n') }),
    withEnd('bytes between the directory and the end', 'hidden-bytes', {
      beforeEnd: () => Buffer.from('hidden'),
    }),
    withEnd('a zip64 record that says otherwise', 'ambiguous-headers', {
      beforeEnd: (start, size) => Buffer.concat([zip64(1, size, start), locator(start + size)]),
    }),
    withEnd('a zip64 record that is not there', 'ambiguous-headers', {
      beforeEnd: () => locator(5),
    }),
    withEnd('a zip64 directory that is not there', 'truncated', {
      directoryStart: 0xffffffff,
    }),
    zip('no members', 'no-metadata', () => rawZip([])),
    zip('no members, and bytes before the end', 'hidden-bytes', () =>
      rawZip([], { before: Buffer.from('PK\x05\x06 no, not yet') }),
    ),
  ];
}

/** Zips that readers understand in more than one way, that hide something, or that are not to be read here. */
export function hostileZips(): readonly HostileArchive[] {
  return [
    ...disagreements(),
    ...descriptors(),
    ...contents(),
    ...refusedByName(),
    ...places(),
    ...ends(),
  ];
}
