import type { ExportOptions, LastUse, ModelCache, ModelExport, User } from '@modelkeep/core';
import type { Answer } from '../../http/answer.ts';
import { parseRange } from '../../http/range.ts';
import { readTag, writeTag } from './archive-tag.ts';

export interface ArchiveCall {
  readonly user: User;
  readonly signal: AbortSignal;
  header(name: string): string | undefined;
}

/**
 * A model as an archive, or the rest of one that broke off. The ETag carries the last use that is written into the bytes,
 * so that a resumed download gives the same ones although the model was used meanwhile.
 */
export async function archiveAnswer(
  cache: ModelCache,
  name: string,
  form: Pick<ExportOptions, 'format' | 'compress'>,
  call: ArchiveCall,
): Promise<Answer> {
  const { user, signal } = call;
  const open = (start: number, lastUse?: LastUse): Promise<ModelExport> =>
    cache.exportModel(name, { ...form, user, signal, start, ...(lastUse && { lastUse }) });
  const asked = call.header('range');
  const tag = readTag(call.header('if-range') ?? call.header('if-match'));
  const whole = await open(0, tag?.lastUse);
  // Closed unread: nothing has been opened for it.
  await whole.stream.cancel();
  const isSame = tag !== undefined && tag.identity === whole.identity;
  if (call.header('if-match') !== undefined && !isSame) return { status: 412, headers: {} };
  const mayResume = isSame || call.header('if-range') === undefined;
  const range = asked === undefined || !mayResume ? undefined : parseRange(asked, whole.size);
  if (range === 'beyond') {
    return { status: 416, headers: { 'Content-Range': `bytes */${whole.size}` } };
  }
  const archive = await open(range?.start ?? 0, isSame ? tag.lastUse : undefined);
  const { size = Number.POSITIVE_INFINITY } = archive;
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': disposition(archive.fileName),
      ETag: writeTag(archive),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(archive.size === undefined
        ? {}
        : { 'Content-Length': String(end - start), 'Accept-Ranges': 'bytes' }),
      ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
    },
    body: { start, end, open: () => limited(archive.stream, end - start) },
  };
}

async function* limited(
  stream: ReadableStream<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const chunk of stream) {
    yield chunk.byteLength > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.byteLength;
    if (left <= 0) return;
  }
}

export function disposition(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}
