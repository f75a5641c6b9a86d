import { FIXED_TIME } from '@modelkeep/archive-common';
import {
  CENTRAL,
  CENTRAL_BYTES,
  DEFLATED,
  DESCRIPTOR,
  END,
  END_BYTES,
  EXTRA,
  FLAG,
  HOST,
  LOCAL,
  LOCAL_BYTES,
  MAX16,
  MAX32,
  STORED,
  ZIP64_END,
  ZIP64_END_BYTES,
  ZIP64_LOCATOR,
  ZIP64_LOCATOR_BYTES,
} from './zip-format.ts';

/** A member as it was written. */
export interface WrittenMember {
  readonly kind: 'file' | 'folder';
  /** With a slash at the end of a folder's. */
  readonly name: Buffer;
  readonly offset: number;
  readonly method: 'store' | 'deflate';
  readonly size: number;
  readonly crc: number;
  readonly compressedSize: number;
}

const VERSION_PLAIN = 20;
const VERSION_ZIP64 = 45;
const MADE_BY = (HOST.unix << 8) | VERSION_ZIP64;
const DOS_DATE =
  ((FIXED_TIME.getUTCFullYear() - 1980) << 9) |
  ((FIXED_TIME.getUTCMonth() + 1) << 5) |
  FIXED_TIME.getUTCDate();
const FILE_ATTRIBUTES = (0o100644 << 16) >>> 0;
const FOLDER_ATTRIBUTES = ((0o040755 << 16) | 0x10) >>> 0;
/** What does not compress grows a little when it is packed, so that a size just below the limit is none below it. */
const LARGEST_PLAIN = 0xff000000;

function isLarge({ size }: Pick<WrittenMember, 'size'>): boolean {
  return size > LARGEST_PLAIN;
}

function flagsOf({ kind }: WrittenMember): number {
  return FLAG.utf8 | (kind === 'file' ? FLAG.descriptor : 0);
}

/** The header before a member's content. Checksum and sizes of a file follow behind it. */
export function localHeader(member: WrittenMember): Buffer {
  const large = isLarge(member);
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(large ? VERSION_ZIP64 : VERSION_PLAIN, 4);
  header.writeUInt16LE(flagsOf(member), 6);
  header.writeUInt16LE(member.method === 'store' ? STORED : DEFLATED, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt32LE(large ? MAX32 : 0, 18);
  header.writeUInt32LE(large ? MAX32 : 0, 22);
  header.writeUInt16LE(member.name.byteLength, 26);
  // By this field readers know that the sizes behind the content have eight bytes.
  const extra = large ? zip64Extra([0, 0]) : Buffer.alloc(0);
  header.writeUInt16LE(extra.byteLength, 28);
  return Buffer.concat([header, member.name, extra]);
}

/** What follows a file's content. */
export function descriptor(member: WrittenMember): Buffer {
  const large = isLarge(member);
  const bytes = Buffer.alloc(large ? 24 : 16);
  bytes.writeUInt32LE(DESCRIPTOR, 0);
  bytes.writeUInt32LE(member.crc, 4);
  if (large) {
    bytes.writeBigUInt64LE(BigInt(member.compressedSize), 8);
    bytes.writeBigUInt64LE(BigInt(member.size), 16);
  } else {
    bytes.writeUInt32LE(member.compressedSize, 8);
    bytes.writeUInt32LE(member.size, 12);
  }
  return bytes;
}

/** A member in the archive's directory. */
export function centralHeader(member: WrittenMember): Buffer {
  const large = isLarge(member);
  const far = member.offset >= MAX32;
  const extra = zip64Extra([
    ...(large ? [member.size, member.compressedSize] : []),
    ...(far ? [member.offset] : []),
  ]);
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(MADE_BY, 4);
  header.writeUInt16LE(large || far ? VERSION_ZIP64 : VERSION_PLAIN, 6);
  header.writeUInt16LE(flagsOf(member), 8);
  header.writeUInt16LE(member.method === 'store' ? STORED : DEFLATED, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(member.crc, 16);
  header.writeUInt32LE(large ? MAX32 : member.compressedSize, 20);
  header.writeUInt32LE(large ? MAX32 : member.size, 24);
  header.writeUInt16LE(member.name.byteLength, 28);
  header.writeUInt16LE(extra.byteLength, 30);
  header.writeUInt32LE(member.kind === 'file' ? FILE_ATTRIBUTES : FOLDER_ATTRIBUTES, 38);
  header.writeUInt32LE(far ? MAX32 : member.offset, 42);
  return Buffer.concat([header, member.name, extra]);
}

/** What ends the archive: how many members, and where their directory is. */
export function endRecords(count: number, start: number, size: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(count, MAX16), 8);
  end.writeUInt16LE(Math.min(count, MAX16), 10);
  end.writeUInt32LE(Math.min(size, MAX32), 12);
  end.writeUInt32LE(Math.min(start, MAX32), 16);
  if (count < MAX16 && size < MAX32 && start < MAX32) return end;
  const zip64 = Buffer.alloc(ZIP64_END_BYTES + ZIP64_LOCATOR_BYTES);
  zip64.writeUInt32LE(ZIP64_END, 0);
  zip64.writeBigUInt64LE(BigInt(ZIP64_END_BYTES - 12), 4);
  zip64.writeUInt16LE(MADE_BY, 12);
  zip64.writeUInt16LE(VERSION_ZIP64, 14);
  zip64.writeBigUInt64LE(BigInt(count), 24);
  zip64.writeBigUInt64LE(BigInt(count), 32);
  zip64.writeBigUInt64LE(BigInt(size), 40);
  zip64.writeBigUInt64LE(BigInt(start), 48);
  zip64.writeUInt32LE(ZIP64_LOCATOR, ZIP64_END_BYTES);
  zip64.writeBigUInt64LE(BigInt(start + size), ZIP64_END_BYTES + 8);
  zip64.writeUInt32LE(1, ZIP64_END_BYTES + 16);
  return Buffer.concat([zip64, end]);
}

function zip64Extra(figures: readonly number[]): Buffer {
  if (figures.length === 0) return Buffer.alloc(0);
  const field = Buffer.alloc(4 + 8 * figures.length);
  field.writeUInt16LE(EXTRA.zip64, 0);
  field.writeUInt16LE(8 * figures.length, 2);
  for (const [index, figure] of figures.entries()) {
    field.writeBigUInt64LE(BigInt(figure), 4 + 8 * index);
  }
  return field;
}
