import { archiveInvalid } from '@modelkeep/core/spi';
import { decodeName, showBytes } from './tar-header.ts';

/** What an extended header says of the member behind it. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkPath?: string;
  readonly size?: number;
}

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;
/** No writer needs more digits for a record that fits into memory. */
const MOST_DIGITS = 8;

const HARMLESS = new Set(['atime', 'comment', 'ctime', 'gid', 'gname', 'mtime', 'uid', 'uname']);
const HARMLESS_VENDORS = ['SCHILY.', 'LIBARCHIVE.', 'RHT.security.'];
/** Vendor keys that change what the content is. */
const HARMFUL = new Set(['SCHILY.realsize', 'SCHILY.offset', 'SCHILY.volhdr']);
const UTF8_CHARSET = 'ISO-IR 10646 2000 UTF-8';

function fail(reason: string, problem: string): Error {
  return archiveInvalid({ reason, problem: `has an extended header ${problem}` });
}

function recordLength(body: Uint8Array, start: number): { length: number; digits: number } {
  let length = 0;
  let at = start;
  for (; body[at] !== SPACE; at++) {
    const digit = (body[at] ?? 0) - 0x30;
    const leadingZero = at === start && digit === 0;
    if (digit < 0 || digit > 9 || leadingZero || at - start >= MOST_DIGITS) {
      throw fail('bad-pax', 'with a record whose length is no number');
    }
    length = length * 10 + digit;
  }
  return { length, digits: at - start };
}

/** The records of a pax header's body, in order. */
function* records(body: Uint8Array): Generator<{ key: string; value: Uint8Array }> {
  for (let start = 0; start < body.length; ) {
    const { length, digits } = recordLength(body, start);
    const end = start + length;
    const record = body.subarray(start + digits + 1, end);
    const equals = record.indexOf(EQUALS);
    if (end > body.length || record.at(-1) !== NEWLINE || equals < 1) {
      throw fail('bad-pax', 'with a record that does not end where it says');
    }
    yield {
      key: showBytes(record.subarray(0, equals)),
      value: record.subarray(equals + 1, -1),
    };
    start = end;
  }
}

function parseSize(value: Uint8Array): number {
  const text = showBytes(value);
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size)) {
    throw fail('bad-size', 'with a size that is no number, negative or beyond every limit');
  }
  return size;
}

function checkOther(key: string, value: Uint8Array): void {
  if (key.startsWith('GNU.sparse.') || HARMFUL.has(key) || key === 'SUN.holesdata') {
    throw archiveInvalid({
      reason: 'sparse-or-multi-volume',
      problem: 'holds a sparse file or is one volume of several',
      remedy: 'Make it anew without "--sparse" and "--multi-volume".',
    });
  }
  if (key === 'hdrcharset' && showBytes(value) === UTF8_CHARSET) return;
  if (HARMLESS.has(key) || HARMLESS_VENDORS.some((vendor) => key.startsWith(vendor))) return;
  throw fail('unknown-pax-key', `with the key ${JSON.stringify(key)}, which is not known`);
}

/** Reads the body of a pax header of one member. */
export function parsePax(body: Uint8Array): PaxRecords {
  const seen = new Set<string>();
  const found: { path?: string; linkPath?: string; size?: number } = {};
  for (const { key, value } of records(body)) {
    if (seen.has(key)) throw fail('duplicate-pax-key', `with the key ${JSON.stringify(key)} twice`);
    seen.add(key);
    if (key === 'path') found.path = decodeName(value);
    else if (key === 'linkpath') found.linkPath = decodeName(value);
    else if (key === 'size') found.size = parseSize(value);
    else checkOther(key, value);
  }
  if (found.path === '' || found.linkPath === '') throw fail('bad-pax', 'with an empty name');
  return found;
}

/** A global pax header speaks of all members; only a comment, as `git archive` writes it, changes none. */
export function checkGlobalPax(body: Uint8Array): void {
  for (const { key } of records(body)) {
    if (key !== 'comment') {
      throw archiveInvalid({
        reason: 'global-pax',
        problem: `has a global header with the key ${JSON.stringify(key)}; only a comment is allowed there`,
        remedy: 'Make it anew without global pax options.',
      });
    }
  }
}
