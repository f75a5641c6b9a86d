import { crc32 } from 'node:zlib';
import { archiveInvalid, quoteName } from '@modelkeep/core/spi';
import type { ExtraFields } from './extra-fields.ts';
import { EXTRA, FLAG, HOST } from './zip-format.ts';

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const UNICODE_PATH_VERSION = 1;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** A name as a message can show it, whatever its bytes. */
export function shownName(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/**
 * A member's name, with `/` between its parts. Fails where readers would choose different names: bytes that are no UTF-8
 * and nothing says what they are, or a second name.
 */
export function decodeName(
  bytes: Buffer,
  {
    flags,
    host,
    extra,
  }: { readonly flags: number; readonly host: number; readonly extra: ExtraFields },
): string {
  const member = shownName(bytes);
  if (bytes.includes(0)) {
    throw archiveInvalid({ reason: 'nul-in-name', member, problem: 'has a NUL within its name' });
  }
  const other = unicodePath(bytes, extra, member);
  const isAscii = bytes.every((byte) => byte < 0x80);
  const isUtf8 = (flags & FLAG.utf8) !== 0 || (host !== HOST.dos && host !== HOST.ntfs);
  const own = isAscii || isUtf8 ? strict(bytes, member) : undefined;
  if (own !== undefined && other !== undefined && other !== own) {
    throw archiveInvalid({
      reason: 'ambiguous-headers',
      member,
      problem: `has a second name, ${quoteName(other)}`,
    });
  }
  const name = own ?? other;
  if (name === undefined) throw notUtf8(member);
  return isFromWindows(bytes, host) ? name.replaceAll('\\', '/') : name;
}

/** Old Windows programs write backslashes between the parts of a name, which no Windows file can have within one. */
function isFromWindows(bytes: Buffer, host: number): boolean {
  const isDos = host === HOST.dos || host === HOST.ntfs || host === HOST.vfat;
  return isDos && bytes.includes(BACKSLASH) && !bytes.subarray(0, -1).includes(SLASH);
}

/** The name in UTF-8 that Info-ZIP puts beside one of an older encoding, if it is of this very name. */
function unicodePath(bytes: Buffer, extra: ExtraFields, member: string): string | undefined {
  const field = extra.get(EXTRA.unicodePath);
  if (field === undefined || field.byteLength < 5) return undefined;
  if (field[0] !== UNICODE_PATH_VERSION || field.readUInt32LE(1) !== crc32(bytes)) return undefined;
  return strict(field.subarray(5), member);
}

function strict(bytes: Uint8Array, member: string): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    throw notUtf8(member);
  }
}

function notUtf8(member: string): Error {
  return archiveInvalid({
    reason: 'name-not-utf-8',
    member,
    problem: 'has a name that is not marked as UTF-8, so that readers take it for different ones',
    remedy: 'Make the archive anew with a tool that writes UTF-8 names, or as a tar.',
  });
}
