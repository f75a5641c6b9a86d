import { archiveInvalid } from '@modelkeep/core/spi';
import { type ExtraFields, parseExtra, Zip64Figures } from './extra-fields.ts';
import { shownName } from './member-name.ts';
import { CENTRAL, CENTRAL_BYTES, EXTRA, LOCAL, LOCAL_BYTES, MAX16, MAX32 } from './zip-format.ts';

/** What the local and the central header of a member both say of it. */
export interface MemberHeader {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly extra: ExtraFields;
}

export interface CentralHeader extends MemberHeader {
  readonly host: number;
  readonly externalAttributes: number;
  readonly disk: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Bytes of the header itself. */
  readonly length: number;
}

export interface LocalHeader extends MemberHeader {
  readonly length: number;
}

/** Bytes of the header that begins with `fixed`, its first {@link CENTRAL_BYTES}. */
export function centralLength(fixed: Buffer): number {
  if (fixed.byteLength < CENTRAL_BYTES || fixed.readUInt32LE(0) !== CENTRAL) throw noHeader();
  const variable = fixed.readUInt16LE(28) + fixed.readUInt16LE(30) + fixed.readUInt16LE(32);
  return CENTRAL_BYTES + variable;
}

export function parseCentral(bytes: Buffer): CentralHeader {
  const nameEnd = CENTRAL_BYTES + bytes.readUInt16LE(28);
  const name = bytes.subarray(CENTRAL_BYTES, nameEnd);
  const member = shownName(name);
  const extra = parseExtra(bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30)), member);
  const zip64 = new Zip64Figures(extra.get(EXTRA.zip64), member);
  const figure = (at: number): number => {
    const value = bytes.readUInt32LE(at);
    return value === MAX32 ? zip64.take() : value;
  };
  const size = figure(24);
  const compressedSize = figure(20);
  const offset = figure(42);
  const disk = bytes.readUInt16LE(34);
  return {
    name,
    host: bytes.readUInt8(5),
    flags: bytes.readUInt16LE(8),
    method: bytes.readUInt16LE(10),
    crc: bytes.readUInt32LE(16),
    compressedSize,
    size,
    extra,
    disk: disk === MAX16 ? 0 : disk,
    externalAttributes: bytes.readUInt32LE(38),
    offset,
    length: bytes.byteLength,
  };
}

/** Bytes of the local header that begins with `fixed`, its first {@link LOCAL_BYTES}. */
export function localLength(fixed: Buffer, member: string): number {
  if (fixed.byteLength < LOCAL_BYTES || fixed.readUInt32LE(0) !== LOCAL) {
    throw archiveInvalid({
      reason: 'bad-header',
      member,
      problem: 'is not where the directory says',
    });
  }
  return LOCAL_BYTES + fixed.readUInt16LE(26) + fixed.readUInt16LE(28);
}

export function parseLocal(bytes: Buffer, member: string): LocalHeader {
  const nameEnd = LOCAL_BYTES + bytes.readUInt16LE(26);
  const extra = parseExtra(bytes.subarray(nameEnd), member);
  const [size, compressedSize] = [bytes.readUInt32LE(22), bytes.readUInt32LE(18)];
  const isLarge = size === MAX32 || compressedSize === MAX32;
  const zip64 = new Zip64Figures(isLarge ? extra.get(EXTRA.zip64) : undefined, member);
  return {
    name: bytes.subarray(LOCAL_BYTES, nameEnd),
    flags: bytes.readUInt16LE(6),
    method: bytes.readUInt16LE(8),
    crc: bytes.readUInt32LE(14),
    // A local zip64 field holds both, in this order.
    size: isLarge ? zip64.take() : size,
    compressedSize: isLarge ? zip64.take() : compressedSize,
    extra,
    length: bytes.byteLength,
  };
}

function noHeader(): Error {
  return archiveInvalid({
    reason: 'bad-header',
    problem: 'has fewer members than it says, or a damaged directory',
  });
}
