import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { testClient } from '../test/clients.ts';
import { loopback } from '../test/loopback.ts';
import { ReadBuffers } from './read-buffers.ts';

const MIB = 1024 * 1024;

function reader(): {
  readonly chunks: Buffer[];
  read(text: Uint8Array): Buffer;
  buffers: ReadBuffers;
} {
  const buffers = new ReadBuffers();
  const chunks: Buffer[] = [];
  const { buffer, callback } = buffers.onRead((chunk) => {
    chunks.push(chunk);
    return true;
  });
  return {
    chunks,
    buffers,
    read(bytes) {
      const into = typeof buffer === 'function' ? buffer() : buffer;
      into.set(bytes);
      callback(bytes.byteLength, into);
      return chunks.at(-1) as Buffer;
    },
  };
}

test('reads into a buffer again only when all of what it held was given back', () => {
  const { read, buffers } = reader();
  const whole = read(Buffer.alloc(100_000, 1));
  const part = read(Buffer.alloc(100_000, 2)).subarray(0, 90_000);
  buffers.release(whole);
  buffers.release(part);
  const memories = [whole.buffer, part.buffer];
  const later = Array.from({ length: 3 }, () => read(Buffer.alloc(100_000, 3)).buffer);
  expect(later).toContain(memories[0]);
  expect(later).not.toContain(memories[1]);
  expect(part.every((byte) => byte === 2)).toBe(true);
});

test('minds no second release', () => {
  const { read, buffers } = reader();
  const chunk = read(Buffer.alloc(256 * 1024, 1));
  buffers.release(chunk);
  buffers.release(chunk);
  const later = Array.from({ length: 4 }, () => read(Buffer.alloc(256 * 1024, 2)).buffer);
  expect(new Set(later).size).toBe(4);
  expect(chunk.buffer.byteLength).toBe(256 * 1024);
});

test('copies a short read, so that it holds no large buffer', () => {
  const { read, buffers } = reader();
  const chunk = read(Buffer.from('short'));
  expect(chunk.toString()).toBe('short');
  expect(chunk.buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
  buffers.release(chunk);
  expect(read(Buffer.from('other')).toString()).toBe('other');
});

test.each(['given back', 'kept'])('a body is whole when its chunks are %s', async (how) => {
  const content = Buffer.from(Array.from({ length: 5 * MIB }, (_, index) => (index * 7) % 251));
  const server = await loopback((_, response) => response.end(content));
  const client = testClient({ origin: server.origin });
  const expected = createHash('sha256').update(content).digest('hex');
  const one = async (): Promise<string> => {
    const hash = createHash('sha256');
    const { body, release } = await client.request(`${server.origin}/file`);
    for await (const chunk of body) {
      // Others read meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      hash.update(chunk);
      if (how === 'given back') release(chunk);
    }
    return hash.digest('hex');
  };
  for (let round = 0; round < 3; round += 1)
    expect(await Promise.all([one(), one(), one()])).toEqual([expected, expected, expected]);
});
