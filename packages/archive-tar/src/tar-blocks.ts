import { FIXED_TIME } from '@modelkeep/archive-common';
import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { BLOCK } from './tar-header.ts';

/** What eleven octal digits hold. */
const LARGEST_PLAIN = 8 ** 11 - 1;

/** Longest name that the plain header holds with its closing NUL. */
const LONGEST_PLAIN_NAME = 99;

type Kind = 'File' | 'Directory' | 'ExtendedHeader';

function block(kind: Kind, name: string, size: number): Uint8Array {
  const bytes = Buffer.alloc(BLOCK);
  new Header({
    path: name,
    size,
    type: kind,
    mode: kind === 'Directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    devmaj: 0,
    devmin: 0,
    mtime: FIXED_TIME,
  }).encode(bytes);
  return bytes;
}

/** What readers without pax show: never longer than fits, never cut within a character. */
function plainName(path: string): string {
  return path.replace(/[^\x20-\x7e]/g, '_').slice(-LONGEST_PLAIN_NAME);
}

function encode(kind: Kind, path: string, size: number): Uint8Array {
  const plain = /^[\x20-\x7e]*$/.test(path) && path.length <= LONGEST_PLAIN_NAME;
  if (plain && size <= LARGEST_PLAIN) return block(kind, path, size);
  const pax = new Pax({ path, ...(size > LARGEST_PLAIN ? { size } : {}) });
  const records = Buffer.from(pax.encodeBody());
  return Buffer.concat([
    block('ExtendedHeader', 'PaxHeader', records.length),
    records,
    Buffer.alloc(paddingOf(records.length)),
    block(kind, plainName(path), size),
  ]);
}

export function fileHeader(path: string, size: number): Uint8Array {
  return encode('File', path, size);
}

export function folderHeader(path: string): Uint8Array {
  return encode('Directory', `${path}/`, 0);
}

/** Bytes from the end of a content of `size` to the next block. */
export function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Two blocks of zeros. */
export const END_LENGTH: number = 2 * BLOCK;
