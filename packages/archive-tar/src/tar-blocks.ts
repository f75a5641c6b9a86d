import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { BLOCK } from './tar-header.ts';

/** The first moment that every archive format can express, so that all formats agree and no reader finds it implausible. */
const FIXED_TIME = new Date('1980-01-01T00:00:00Z');
/** What eleven octal digits hold. */
const LARGEST_PLAIN = 8 ** 11 - 1;

interface Described {
  readonly path: string;
  readonly size: number;
}

function plainHeader(member: Described, kind: 'File' | 'Directory'): Header {
  return new Header({
    path: member.path,
    size: member.size,
    type: kind,
    mode: kind === 'File' ? 0o644 : 0o755,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    devmaj: 0,
    devmin: 0,
    mtime: FIXED_TIME,
  });
}

function encode(member: Described, kind: 'File' | 'Directory'): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const header = plainHeader(member, kind);
  header.encode(block);
  if (!header.needPax) return block;
  const pax = new Pax({
    path: member.path,
    ...(member.size > LARGEST_PLAIN ? { size: member.size } : {}),
  });
  return Buffer.concat([pax.encode(), block]);
}

export function fileHeader(path: string, size: number): Uint8Array {
  return encode({ path, size }, 'File');
}

export function folderHeader(path: string): Uint8Array {
  return encode({ path: `${path}/`, size: 0 }, 'Directory');
}

/** Bytes from the end of a content of `size` to the next block. */
export function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Two blocks of zeros. */
export const END_LENGTH: number = 2 * BLOCK;

/** The folders above `path` that are not in `written` yet, outermost first; adds them. */
export function* newFolders(path: string, written: Set<string>): Generator<string> {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const folder = path.slice(0, at);
    if (written.has(folder)) continue;
    written.add(folder);
    yield folder;
  }
}
