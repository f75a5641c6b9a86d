import type { Answer } from './answer.ts';

/** Server-sent events, each a block of text that ends with an empty line. */
export function eventAnswer(blocks: AsyncIterable<string>): Answer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
    },
    body: { start: 0, end: Number.POSITIVE_INFINITY, open: () => encoded(blocks) },
  };
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}
