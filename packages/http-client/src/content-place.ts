import type { HttpResponse } from './http-client.ts';

/** Which bytes of a content an answer carries. */
export interface ContentPlace {
  readonly start: number;
  /** The last byte; one before `start` if there is none, or for a whole content of unknown size. */
  readonly last: number;
  /** Of the whole content, where the answer tells it. */
  readonly size: number | undefined;
}

/** Reads it from a 200, 206 or 416; undefined if the answer does not say it in a way that can be relied on. */
export function contentPlace({
  status,
  headers,
}: Pick<HttpResponse, 'status' | 'headers'>): ContentPlace | undefined {
  if (status === 200) {
    const length = headers.get('content-length');
    const size = length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
    return { start: 0, last: (size ?? 0) - 1, size };
  }
  const range = headers.get('content-range') ?? '';
  if (status === 416) {
    const size = /^bytes \*\/(\d+)$/.exec(range)?.[1];
    return size === undefined ? undefined : { start: 0, last: -1, size: Number(size) };
  }
  const found = status === 206 ? /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(range) : null;
  if (found === null) return undefined;
  const [, start, last, size] = found;
  return {
    start: Number(start),
    last: Number(last),
    size: size === '*' ? undefined : Number(size),
  };
}
