import { archiveInvalid } from '@modelkeep/core/spi';
import { split } from './find-end.ts';
import type { CentralHeader, LocalHeader } from './headers.ts';
import { DEFLATED, DESCRIPTOR, EXTRA, FLAG, STORED } from './zip-format.ts';

const AES_METHOD = 99;
/** What the tools call them, for who is to choose another. */
const METHODS: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64, as Windows Explorer takes for large files',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  98: 'PPMd',
};

/** Refuses what cannot be read here, by name. */
export function checkReadable(header: CentralHeader, member: string): void {
  const { flags, method, extra, disk } = header;
  const secret = FLAG.encrypted | FLAG.strongEncryption | FLAG.maskedHeader;
  if ((flags & secret) !== 0 || method === AES_METHOD || extra.has(EXTRA.aes)) {
    throw archiveInvalid({
      reason: 'encrypted',
      member,
      problem: 'is encrypted',
      remedy: 'Make the archive without a password; encrypt the medium that carries it.',
    });
  }
  if (disk !== 0) throw split();
  if (method !== STORED && method !== DEFLATED) {
    throw archiveInvalid({
      reason: 'unsupported-method',
      member,
      problem: `is compressed by method ${method} (${METHODS[method] ?? 'of no name'})`,
      remedy:
        'Make the archive with zip -0 -r, or as a tar: tar -cf model.tar folder (Windows has it too).',
    });
  }
  if (method === STORED && header.compressedSize !== header.size) {
    throw archiveInvalid({
      reason: 'bad-size',
      member,
      problem: 'is stored as it is, and has two sizes',
    });
  }
}

/** The local header must say what the directory says: readers trust one or the other. */
export function checkAgreement(central: CentralHeader, local: LocalHeader, member: string): void {
  const disagree = (what: string): Error =>
    archiveInvalid({
      reason: 'headers-disagree',
      member,
      problem: `has another ${what} in its own header than in the archive's directory`,
    });
  if (!local.name.equals(central.name)) throw disagree('name');
  if (local.method !== central.method) throw disagree('method');
  const meaningful = FLAG.encrypted | FLAG.descriptor | FLAG.strongEncryption | FLAG.utf8;
  if (((local.flags ^ central.flags) & meaningful) !== 0) throw disagree('flag');
  const [ours, theirs] = [local, central].map(({ extra }) => extra.get(EXTRA.unicodePath));
  if (ours !== undefined && theirs !== undefined && !ours.equals(theirs)) throw disagree('name');
  const later = (central.flags & FLAG.descriptor) !== 0;
  for (const [what, field] of FIGURES) {
    if (local[field] === central[field] || (later && local[field] === 0)) continue;
    throw disagree(what);
  }
}

const FIGURES = [
  ['checksum', 'crc'],
  ['compressed size', 'compressedSize'],
  ['size', 'size'],
] as const;

/** The bytes between a member's content and the next member: its descriptor, in one of the forms that there are, or nothing. */
export function checkDescriptor(header: CentralHeader, bytes: Buffer, member: string): void {
  const { crc, compressedSize, size } = header;
  if ((header.flags & FLAG.descriptor) === 0) {
    if (bytes.byteLength > 0) throw hidden(member);
    return;
  }
  const signed = bytes.byteLength === 16 || bytes.byteLength === 24;
  const isLarge = bytes.byteLength >= 20;
  const isKnown = signed || bytes.byteLength === 12 || bytes.byteLength === 20;
  if (!isKnown) throw hidden(member);
  const at = signed ? 4 : 0;
  const figure = (index: number): number =>
    isLarge
      ? Number(bytes.readBigUInt64LE(at + 4 + 8 * index))
      : bytes.readUInt32LE(at + 4 + 4 * index);
  const agrees =
    (!signed || bytes.readUInt32LE(0) === DESCRIPTOR) &&
    bytes.readUInt32LE(at) === crc &&
    figure(0) === compressedSize &&
    figure(1) === size;
  if (agrees) return;
  throw archiveInvalid({
    reason: 'headers-disagree',
    member,
    problem: "says behind its content other than the archive's directory",
  });
}

function hidden(member: string): Error {
  return archiveInvalid({
    reason: 'hidden-bytes',
    member,
    problem: 'is followed by bytes that belong to no member',
  });
}
