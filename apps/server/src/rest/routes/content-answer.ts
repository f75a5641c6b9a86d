import type { OpenedModel } from '@modelkeep/core';
import type { Answer } from '../../http/answer.ts';
import { parseRange } from '../../http/range.ts';

/** One content of a model, or the range of it that a `Range` header asks for. */
export function contentAnswer(
  sha256: string,
  { size, localPath, open }: ReturnType<OpenedModel['content']>,
  asked: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const range = asked === undefined ? undefined : parseRange(asked, size);
  if (range === 'beyond') return { status: 416, headers: { 'Content-Range': `bytes */${size}` } };
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(end - start),
      'Accept-Ranges': 'bytes',
      ETag: `"${sha256}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
      ...headers,
    },
    body: { start, end, ...(localPath && { localPath }), open: () => open({ start, end }) },
  };
}
