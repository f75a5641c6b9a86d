/** What a `Range` header asks of a file: all of it, a part, or what it does not have. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const SINGLE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * Reads `Range` for a file of `size` bytes; `end` is the byte after the last one. A list of ranges, another unit and
 * nonsense give the whole file. So does any range of an empty file: clients that probe with `bytes=0-0` take a 416 for
 * a missing file.
 */
export function readRange(header: string | undefined, size: number): ByteRange {
  const [, first, last] = SINGLE.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '' || size === 0) {
    return { kind: 'whole' };
  }
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0
      ? { kind: 'unsatisfiable' }
      : { kind: 'part', start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
