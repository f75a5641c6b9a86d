import type { ContentSlice } from '../content/file-content.ts';
import { type Reply, textReply } from '../http/reply.ts';
import { asSlice, corrupted, gzippedSlice, lengthened } from './alter-body.ts';
import type { Delivery } from './delivery.ts';
import type { BodyPoint, FileEffect } from './fault.ts';

/** An answer and the way it is sent, as faults change them one after the other. */
export interface Outcome {
  readonly reply: Reply;
  readonly delivery: Delivery;
}

/** What a fault makes of an answer that carries bytes. Undefined if it does not reach it. */
export function alterReply(effect: FileEffect, outcome: Outcome): Outcome | undefined {
  const { reply, delivery } = outcome;
  const slice = asSlice(reply.body);
  if (slice === undefined) return undefined;
  const length = slice.end - slice.start;
  const withReply = (changed: Partial<Reply>): Outcome => ({
    reply: { ...reply, ...changed },
    delivery,
  });
  switch (effect.kind) {
    case 'cut':
    case 'stall':
    case 'short':
      return shortened(effect, outcome, slice);
    case 'long': {
      const { extraBytes } = effect;
      if (effect.contentLength === 'wrong') {
        return { reply, delivery: { ...delivery, trailing: Buffer.alloc(extraBytes, 'x') } };
      }
      const headers = { ...reply.headers, 'Content-Length': String(length + extraBytes) };
      const content = lengthened(truncatedTo(slice), extraBytes);
      return withReply({ headers, body: { content, start: slice.start, end: content.size } });
    }
    case 'corrupt': {
      const offset = effect.atOffset ?? slice.start + Math.floor(length / 2);
      if (offset < slice.start || offset >= slice.end) return undefined;
      return withReply({ body: { ...slice, content: corrupted(slice.content, offset) } });
    }
    case 'wrong-content-range': {
      if (reply.status !== 206) return undefined;
      const shift = effect.shift ?? 1;
      const place = `${slice.start + shift}-${slice.end - 1 + shift}`;
      const range = `bytes ${place}/${slice.content.size}`;
      return withReply({ headers: { ...reply.headers, 'Content-Range': range } });
    }
    case 'ignore-range': {
      if (reply.status !== 206) return undefined;
      const { content } = slice;
      const { 'Content-Range': _, ...headers } = reply.headers;
      return withReply({
        status: 200,
        headers: { ...headers, 'Content-Length': String(content.size) },
        body: { content, start: 0, end: content.size },
      });
    }
    case 'changed-etag':
      return withReply({ headers: withAnotherEtag(reply.headers) });
    case 'gzip': {
      const { 'Content-Length': _, ...headers } = reply.headers;
      return withReply({
        headers: { ...headers, 'Content-Encoding': 'gzip' },
        body: gzippedSlice(slice),
      });
    }
    case 'range-not-satisfiable': {
      const headers = { 'Content-Range': `bytes */${slice.content.size}` };
      return { reply: textReply(416, '', undefined, headers), delivery };
    }
  }
}

function shortened(
  effect: Extract<FileEffect, { kind: 'cut' | 'stall' | 'short' }>,
  { reply, delivery }: Outcome,
  slice: ContentSlice,
): Outcome | undefined {
  const afterBytes = pointIn(effect, slice);
  if (afterBytes === undefined) return undefined;
  if (effect.kind === 'short' && effect.contentLength === 'right') {
    const headers = { ...reply.headers, 'Content-Length': String(afterBytes) };
    const body = { ...slice, end: slice.start + afterBytes };
    return { reply: { ...reply, headers, body }, delivery };
  }
  const how = effect.kind === 'stall' ? 'stall' : isReset(effect) ? 'reset' : 'close';
  return { reply, delivery: { ...delivery, stop: { afterBytes, how } } };
}

function isReset(effect: FileEffect): boolean {
  return effect.kind === 'cut' && effect.reset === true;
}

function pointIn(point: BodyPoint, { start, end }: ContentSlice): number | undefined {
  const afterBytes = point.afterBytes ?? point.atOffset - start;
  return afterBytes >= 0 && afterBytes < end - start ? afterBytes : undefined;
}

function truncatedTo({ content, end }: ContentSlice): ContentSlice['content'] {
  return { size: end, chunks: (from, to, chunkBytes) => content.chunks(from, to, chunkBytes) };
}

let etags = 0;

function withAnotherEtag(headers: Readonly<Record<string, string>>): Record<string, string> {
  etags += 1;
  const changed: Record<string, string> = { ...headers };
  for (const name of ['ETag', 'X-Linked-ETag']) {
    const etag = headers[name];
    if (etag !== undefined)
      changed[name] = etag.replace(/.{8}"$/, `${String(etags).padStart(8, '0')}"`);
  }
  return changed;
}
