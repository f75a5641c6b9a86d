import type { HostileMember } from './hostile-case.ts';

const BLOCK = 512;

/** A tar header, well formed but for what is given. */
export interface RawHeader {
  readonly name: string | Uint8Array;
  /** Default: `0`, a file. */
  readonly type?: string;
  /** Default: 0. */
  readonly size?: number;
  /** The twelve bytes of the size, in place of octal digits. */
  readonly sizeField?: string | Uint8Array;
  readonly linkName?: string | Uint8Array;
  readonly prefix?: string;
  /** Default: `ustar`, NUL, `00`. */
  readonly magic?: string;
  /** The eight bytes of the checksum, in place of the right one. */
  readonly checksum?: string;
  /** Bytes to put elsewhere, before the checksum is taken. */
  readonly patch?: readonly (readonly [offset: number, bytes: string])[];
}

function put(block: Buffer, offset: number, value: string | Uint8Array): void {
  (typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value)).copy(block, offset);
}

export function rawHeader(header: RawHeader): Buffer {
  const block = Buffer.alloc(BLOCK);
  put(
    block,
    0,
    typeof header.name === 'string' ? Buffer.from(header.name).subarray(0, 100) : header.name,
  );
  put(block, 100, '0000644\0');
  put(block, 108, '0000000\0');
  put(block, 116, '0000000\0');
  const digits = (header.size ?? 0).toString(8).padStart(11, '0');
  put(block, 124, header.sizeField ?? `${digits}\0`);
  put(block, 136, '00000000000\0');
  put(block, 156, header.type ?? '0');
  put(block, 157, header.linkName ?? '');
  put(block, 257, header.magic ?? 'ustar\u000000');
  put(block, 345, header.prefix ?? '');
  for (const [offset, bytes] of header.patch ?? [])
    put(block, offset, Buffer.from(bytes, 'latin1'));
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(block, 148, header.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** Content with the zeros that fill its last block. */
export function padded(content: string | Uint8Array, filler = 0): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK, filler)]);
}

export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK);

/** One pax record, its length right. */
export function paxRecord(key: string, value: string | Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = rest.length + 1;
  while (rest.length + String(length).length !== length)
    length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** An extended header with `body`. */
export function rawPax(body: Uint8Array, type: 'x' | 'g' = 'x'): Buffer {
  return Buffer.concat([rawHeader({ name: 'PaxHeader', type, size: body.length }), padded(body)]);
}

/** A GNU header that gives the next member a long name (`L`) or link target (`K`). */
export function rawLongName(name: string, type: 'L' | 'K' = 'L'): Buffer {
  const body = Buffer.from(`${name}\0`);
  return Buffer.concat([
    rawHeader({ name: '././@LongLink', type, size: body.length }),
    padded(body),
  ]);
}

const TYPES = { file: '0', directory: '5', symlink: '2', hardlink: '1', device: '3' } as const;

/** A member, its name and link target in a pax header where they are long or not ASCII. */
export function rawMember(member: HostileMember): Buffer {
  const { path, kind = 'file', content = '', linkTarget = '' } = member;
  const bytes = kind === 'file' ? Buffer.from(content) : Buffer.alloc(0);
  const needsPax = (text: string): boolean => !/^[\x20-\x7e]{0,100}$/.test(text);
  const records = [
    ...(needsPax(path) ? [paxRecord('path', path)] : []),
    ...(needsPax(linkTarget) ? [paxRecord('linkpath', linkTarget)] : []),
  ];
  return Buffer.concat([
    ...(records.length > 0 ? [rawPax(Buffer.concat(records))] : []),
    rawHeader({
      name: needsPax(path) ? 'long' : path,
      type: TYPES[kind],
      size: bytes.length,
      linkName: needsPax(linkTarget) ? 'long' : linkTarget,
    }),
    padded(bytes),
  ]);
}

/** A tar of blocks, with its end mark. */
export function rawTar(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...parts, TAR_END]);
}

/** A tar of members that `ArchiveFormat.write` would never write. */
export function tarOfMembers(members: readonly HostileMember[]): Buffer {
  return rawTar(...members.map(rawMember));
}
