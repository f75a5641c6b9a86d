import { badRequest, Refusal } from '../http/refusal.ts';

/** One name of a path. */
export interface Segment {
  /** As it came. */
  readonly raw: string;
  /** Percent-decoded once; not decoded if it has a bare `%`, as from clients that do not encode. */
  readonly text: string;
  /** Not decoded at all, where that is something else: what a client that does not encode means by `%41`. */
  readonly literal?: string;
}

/** A request target, taken apart. */
export interface Target {
  /** Without the empty one that a trailing slash leaves. */
  readonly segments: readonly Segment[];
  /** As it came, without the `?`. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
}

const LONGEST = 16_384;
const BARE_PERCENT = /%(?![0-9a-fA-F]{2})/;
const ESCAPES = /%([0-9a-fA-F]{2})/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const NEVER_RAW = /[\u0000-\u0020\u007f#\\]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const NEVER_DECODED = /[\u0000-\u001f\u007f\\]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a target apart without normalising it, and refuses each that some other program could read as another path:
 * `.` and `..` in any encoding, empty names, backslashes, control characters, text that is not UTF-8.
 */
export function readTarget(target: string): Target {
  if (target.length > LONGEST) throw new Refusal(414, 'the address is too long');
  const whole = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = whole.indexOf('?');
  const path = mark < 0 ? whole : whole.slice(0, mark);
  const rawQuery = mark < 0 ? '' : whole.slice(mark + 1);
  if (!path.startsWith('/') || NEVER_RAW.test(path)) {
    throw badRequest('the path holds a character that may not be in it');
  }
  const names = path.slice(1).split('/');
  if (names.at(-1) === '') names.pop();
  return { segments: names.map(readSegment), rawQuery, query: new URLSearchParams(rawQuery) };
}

function readSegment(raw: string): Segment {
  const encoded = raw.includes('%') && !BARE_PERCENT.test(raw);
  const text = fromUtf8(encoded ? percentDecoded(raw) : raw);
  const parts = text.split('/');
  if (NEVER_DECODED.test(text) || parts.some((part) => part === '.' || part === '..')) {
    throw badRequest('the path holds a name that may not be in it');
  }
  if (parts.includes('')) throw badRequest('the path has an empty name');
  return encoded ? { raw, text, literal: fromUtf8(raw) } : { raw, text };
}

function percentDecoded(raw: string): string {
  return raw.replace(ESCAPES, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function fromUtf8(octets: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII.
  if (/^[\u0000-\u007f]*$/.test(octets)) return octets;
  if (/[\u0100-\uffff]/.test(octets)) throw badRequest('the path is not UTF-8');
  try {
    return utf8.decode(Buffer.from(octets, 'latin1'));
  } catch {
    throw badRequest('the path is not UTF-8');
  }
}
