/** A part of something, `end` being the byte after the last one. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that a `Range` header asks for. Undefined, for all of it, where there are several, where it is not well
 * formed, and where the size is not known.
 */
export function parseRange(
  header: string,
  size: number | undefined,
): ByteRange | 'beyond' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,16})-(\d{0,16})$/.exec(header.trim()) ?? [];
  if (size === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    return last === '0' ? 'beyond' : { start: Math.max(0, size - Number(last)), end: size };
  }
  const start = Number(first);
  if (start >= size) return 'beyond';
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return end > start ? { start, end } : undefined;
}
