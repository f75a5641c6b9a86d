import { expect, it } from 'vitest';
import { readEvents } from './server-sent-events.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const TEXT =
  'event: job\ndata: {"a":"ä"}\n\n: still there\n\nevent: progress\ndata: {"b":1}\ndata: {}\n\ndata: x\n\nevent: cut\ndata: {';

it.each([1, 2, 7, 1000])('reads events that come in pieces of %i bytes', async (size) => {
  expect(await Array.fromAsync(readEvents(pieces(TEXT, size)))).toEqual([
    { type: 'job', data: '{"a":"ä"}' },
    { type: 'progress', data: '{"b":1}\n{}' },
    { type: 'message', data: 'x' },
  ]);
});
