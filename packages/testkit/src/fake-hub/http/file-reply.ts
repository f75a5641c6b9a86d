import type { FileContent } from '../content/file-content.ts';
import { parseByteRange } from './byte-range.ts';
import type { FileAddress, Reply } from './reply.ts';

export interface FileReplyInput {
  readonly content: FileContent;
  /** Quoted. */
  readonly etag: string;
  readonly file: FileAddress;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the request, names in lower case. */
  readonly request: Readonly<Record<string, string | string[] | undefined>>;
}

/** Answers for a file's bytes: 200, 206, 304, 412 or 416 by the request's conditions and range. */
export function fileReply(input: FileReplyInput): Reply {
  const { content, etag, file } = input;
  const asked = (name: string): string | undefined => {
    const value = input.request[name];
    return typeof value === 'string' ? value : undefined;
  };
  const headers = { ...input.headers, ETag: etag, 'Accept-Ranges': 'bytes' };
  if (matches(asked('if-none-match'), etag)) return { status: 304, headers };
  const ifMatch = asked('if-match');
  if (ifMatch !== undefined && !matches(ifMatch, etag)) return { status: 412, headers };
  const ifRange = asked('if-range');
  const rangeHolds = ifRange === undefined || ifRange === etag;
  const range = parseByteRange(rangeHolds ? asked('range') : undefined, content.size);
  if (range === 'unsatisfiable') {
    const whole = `bytes */${content.size}`;
    return { status: 416, headers: { ...headers, 'Content-Range': whole, 'Content-Length': '0' } };
  }
  if (range === 'whole') {
    return {
      status: 200,
      headers: { ...headers, 'Content-Length': String(content.size) },
      body: { content, start: 0, end: content.size },
      file,
    };
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': String(end - start),
      'Content-Range': `bytes ${start}-${end - 1}/${content.size}`,
    },
    body: { content, start, end },
    file,
  };
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
