import { archiveInvalid } from '@modelkeep/core/spi';

export const BLOCK = 512;

/** One 512-byte header block, as it stands. */
export interface TarHeader {
  readonly type: string;
  /** Undecoded: a pax or GNU header may replace it, and then it is often cut within a character. */
  readonly name: Uint8Array;
  readonly linkName: Uint8Array;
  readonly size: number;
}

const BASE_256 = 0x80;
const BASE_256_NEGATIVE = 0xff;
const UNUSED_NUMBERS: readonly (readonly [start: number, length: number])[] = [
  [100, 8],
  [108, 8],
  [116, 8],
  [136, 12],
  [329, 8],
  [337, 8],
];

const SLASH = 0x2f;
const SPACE = 0x20;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** A name for messages: never fails. */
export function showBytes(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/** A name as strict UTF-8 without NUL. */
export function decodeName(bytes: Uint8Array): string {
  const shown = showBytes(bytes);
  if (bytes.includes(0)) {
    throw archiveInvalid({
      reason: 'nul-in-name',
      member: shown,
      problem: 'has a NUL byte in its name',
    });
  }
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw archiveInvalid({
      reason: 'name-not-utf-8',
      member: shown,
      problem: 'has a name that is not UTF-8',
      remedy: 'Rename the file, or make the archive with UTF-8 names.',
      cause,
    });
  }
}

function field(block: Uint8Array, start: number, length: number, what: string): Uint8Array {
  const bytes = block.subarray(start, start + length);
  const end = bytes.indexOf(0);
  if (end === -1) return bytes;
  for (let at = end + 1; at < length; at++) {
    if (bytes[at] !== 0) {
      throw archiveInvalid({
        reason: 'nul-in-name',
        member: showBytes(bytes.subarray(0, end)),
        problem: `has bytes behind the end of its ${what}`,
      });
    }
  }
  return bytes.subarray(0, end);
}

function octal(bytes: Uint8Array): number | undefined {
  const text = showBytes(bytes);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits || '0', 8);
}

/** A number that octal digits do not hold, marked by its first byte; a negative one has no meaning here. */
function base256(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== BASE_256) return undefined;
  let value = 0;
  for (const byte of bytes.subarray(1)) {
    value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) return undefined;
  }
  return value;
}

function sizeOf(block: Uint8Array, name: Uint8Array): number {
  const bytes = block.subarray(124, 136);
  const size = ((bytes[0] ?? 0) & 0x80) === 0 ? octal(bytes) : base256(bytes);
  if (size === undefined) {
    throw archiveInvalid({
      reason: 'bad-size',
      member: showBytes(name),
      problem: 'has a size that is no number, negative or beyond every limit',
    });
  }
  return size;
}

/** Mode, owners, times and device numbers: not used, but where readers take them for broken, they see another archive. */
function checkUnused(block: Uint8Array, name: Uint8Array): void {
  for (const [start, length] of UNUSED_NUMBERS) {
    const bytes = block.subarray(start, start + length);
    if (bytes[0] === BASE_256 || bytes[0] === BASE_256_NEGATIVE || octal(bytes) !== undefined)
      continue;
    throw archiveInvalid({
      reason: 'bad-header',
      member: showBytes(name),
      problem: 'has a header with a number that is none',
    });
  }
}

function join(prefix: Uint8Array, name: Uint8Array): Uint8Array {
  if (prefix.length === 0) return name;
  const whole = new Uint8Array(prefix.length + 1 + name.length);
  whole.set(prefix);
  whole[prefix.length] = SLASH;
  whole.set(name, prefix.length + 1);
  return whole;
}

/** POSIX (`ustar` NUL `00`) or GNU (`ustar` two spaces NUL); the two use the bytes behind 345 differently. */
function dialect(block: Uint8Array): 'posix' | 'gnu' | undefined {
  const magic = showBytes(block.subarray(257, 265));
  if (magic === 'ustar\u000000') return 'posix';
  return magic === 'ustar  \0' ? 'gnu' : undefined;
}

/** Where a dialect keeps its own facts, other readers look for a part of the name: only zeros are read in one way. */
function requireZeros(block: Uint8Array, from: number, to: number, name: Uint8Array): void {
  if (block.subarray(from, to).every((byte) => byte === 0)) return;
  throw archiveInvalid({
    reason: 'bad-header',
    member: showBytes(name),
    problem: 'has a header of an unknown tar dialect, or of an incremental archive',
    remedy: 'Make the archive with GNU tar, bsdtar or "modelkeep export", without such options.',
  });
}

function fullName(block: Uint8Array, kind: 'posix' | 'gnu', name: Uint8Array): Uint8Array {
  if (kind === 'gnu') {
    requireZeros(block, 345, BLOCK, name);
    return name;
  }
  requireZeros(block, 500, BLOCK, name);
  return join(field(block, 345, 155, 'name'), name);
}

/** Reads a header block; undefined for a block of zeros. */
export function parseHeader(block: Uint8Array): TarHeader | undefined {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += block[at] ?? 0;
  if (sum === 0) return undefined;
  for (let at = 148; at < 156; at++) sum += SPACE - (block[at] ?? 0);
  const shown = showBytes(block.subarray(0, 100)).split('\0', 1)[0] ?? '';
  const kind = dialect(block);
  if (kind === undefined) {
    throw archiveInvalid({
      reason: 'bad-header',
      member: shown,
      problem: 'has no tar header that can be read (POSIX or GNU)',
    });
  }
  if (octal(block.subarray(148, 156)) !== sum) {
    throw archiveInvalid({
      reason: 'bad-checksum',
      member: shown,
      problem: 'has a header whose checksum is wrong',
    });
  }
  const name = field(block, 0, 100, 'name');
  checkUnused(block, name);
  return {
    type: String.fromCharCode(block[156] ?? 0),
    name: fullName(block, kind, name),
    linkName: field(block, 157, 100, 'link target'),
    size: sizeOf(block, name),
  };
}
