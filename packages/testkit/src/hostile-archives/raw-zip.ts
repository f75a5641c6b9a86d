import { crc32, deflateRawSync } from 'node:zlib';
import type { HostileMember } from './hostile-case.ts';

/** What one of a member's two headers says in place of the truth. */
export interface RawZipHeader {
  readonly name?: string | Uint8Array;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly compressedSize?: number;
  readonly size?: number;
  readonly extra?: Uint8Array;
}

/** A member of a zip, well formed but for what is given. */
export interface RawZipMember {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** Deflated, as it lies in the archive. Default: the content, stored. */
  readonly deflated?: boolean;
  readonly packed?: Uint8Array;
  /** What both headers say. */
  readonly both?: RawZipHeader;
  readonly local?: RawZipHeader;
  readonly central?: RawZipHeader & { readonly offset?: number; readonly disk?: number };
  /** Default: 3, Unix. */
  readonly host?: number;
  /** Default: that of a file. */
  readonly mode?: number;
  /** Between this member and the next. */
  readonly behind?: Uint8Array;
}

/** What is wrong with the archive as a whole. */
export interface RawZipEnd {
  readonly before?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly entries?: number;
  readonly entriesHere?: number;
  readonly disk?: number;
  readonly directoryStart?: number;
  readonly directorySize?: number;
  /** Between the directory and the end record. */
  readonly beforeEnd?: (directoryStart: number, directorySize: number) => Uint8Array;
}

const UTF8 = 0x0800;
const DATE = 0x0021;

/** A field of a zip header: number, length, value. */
export function zipExtra(id: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.byteLength, 2);
  return Buffer.concat([head, value]);
}

interface Placed {
  readonly member: RawZipMember;
  readonly content: Buffer;
  readonly packed: Buffer;
  readonly offset: number;
}

function headerOf(
  { member, content, packed }: Placed,
  told: RawZipHeader = {},
): Required<RawZipHeader> {
  return {
    name: member.name,
    flags: UTF8,
    method: member.deflated === true ? 8 : 0,
    crc: crc32(content),
    compressedSize: packed.byteLength,
    size: content.byteLength,
    extra: Buffer.alloc(0),
    ...member.both,
    ...told,
  };
}

function local(placed: Placed): Buffer {
  const told = headerOf(placed, placed.member.local);
  const name = Buffer.from(told.name as string);
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x04034b50, 0);
  bytes.writeUInt16LE(20, 4);
  bytes.writeUInt16LE(told.flags, 6);
  bytes.writeUInt16LE(told.method, 8);
  bytes.writeUInt16LE(DATE, 12);
  bytes.writeUInt32LE(told.crc, 14);
  bytes.writeUInt32LE(told.compressedSize, 18);
  bytes.writeUInt32LE(told.size, 22);
  bytes.writeUInt16LE(name.byteLength, 26);
  bytes.writeUInt16LE(told.extra.byteLength, 28);
  return Buffer.concat([bytes, name, told.extra]);
}

function central(placed: Placed): Buffer {
  const { member } = placed;
  const told = headerOf(placed, member.central);
  const name = Buffer.from(told.name as string);
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(((member.host ?? 3) << 8) | 20, 4);
  bytes.writeUInt16LE(20, 6);
  bytes.writeUInt16LE(told.flags, 8);
  bytes.writeUInt16LE(told.method, 10);
  bytes.writeUInt16LE(DATE, 14);
  bytes.writeUInt32LE(told.crc, 16);
  bytes.writeUInt32LE(told.compressedSize, 20);
  bytes.writeUInt32LE(told.size, 24);
  bytes.writeUInt16LE(name.byteLength, 28);
  bytes.writeUInt16LE(told.extra.byteLength, 30);
  bytes.writeUInt16LE(member.central?.disk ?? 0, 34);
  bytes.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 38);
  bytes.writeUInt32LE(member.central?.offset ?? placed.offset, 42);
  return Buffer.concat([bytes, name, told.extra]);
}

/** A zip of members and an end that need not be true. */
export function rawZip(members: readonly RawZipMember[], end: RawZipEnd = {}): Buffer {
  const { before = Buffer.alloc(0), comment = Buffer.alloc(0) } = end;
  const parts: Uint8Array[] = [before];
  const placed: Placed[] = [];
  let position = before.byteLength;
  for (const member of members) {
    const content = Buffer.from((member.content ?? '') as string);
    const plain = member.deflated === true ? deflateRawSync(content) : content;
    const here = { member, content, packed: Buffer.from(member.packed ?? plain), offset: position };
    const bytes = Buffer.concat([local(here), here.packed, member.behind ?? Buffer.alloc(0)]);
    placed.push(here);
    parts.push(bytes);
    position += bytes.byteLength;
  }
  const directory = Buffer.concat(placed.map(central));
  const start = end.directoryStart ?? position;
  const size = end.directorySize ?? directory.byteLength;
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.disk ?? 0, 4);
  record.writeUInt16LE(end.disk ?? 0, 6);
  record.writeUInt16LE(end.entriesHere ?? end.entries ?? members.length, 8);
  record.writeUInt16LE(end.entries ?? members.length, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(start, 16);
  record.writeUInt16LE(comment.byteLength, 20);
  const between = end.beforeEnd?.(position, directory.byteLength) ?? Buffer.alloc(0);
  return Buffer.concat([...parts, directory, between, record, comment]);
}

const MODES = { file: 0o100644, directory: 0o040755, symlink: 0o120777, device: 0o020644 } as const;
const LONGEST_NAME = 0xffff;

/** A zip of members, or undefined for what no zip can say: hard links, and names beyond 64 KiB. */
export function zipOfMembers(members: readonly HostileMember[]): Buffer | undefined {
  const raw: RawZipMember[] = [];
  for (const { path, kind = 'file', content = '', linkTarget = '' } of members) {
    if (kind === 'hardlink' || Buffer.byteLength(path) > LONGEST_NAME) return undefined;
    const body = { file: content, directory: '', symlink: linkTarget, device: '' }[kind];
    const name = kind === 'directory' ? `${path}/` : path;
    raw.push({ name, content: body, mode: MODES[kind] });
  }
  return rawZip(raw);
}
