import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Storage } from '@modelkeep/core/spi';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { s3Storage } from '../index.ts';

const CONTENT = Buffer.from('the bytes of an object');
const EMPTY_LIST = '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>';

/** A bucket whose server answers the reads of objects by `onRead`; `connections` counts what was opened for them. */
async function bucketOf(
  onRead: RequestListener,
  { maxConnections = 4 } = {},
): Promise<{ storage: Storage; connections: Set<number | undefined>; closeAll: () => void }> {
  const connections = new Set<number | undefined>();
  const server = createServer((request, response) => {
    if (request.url?.includes('x-id=GetObject') === true) {
      connections.add(request.socket.remotePort);
      onRead(request, response);
      return;
    }
    request.resume().on('end', () => response.end(request.method === 'GET' ? EMPTY_LIST : ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const storage = s3Storage({
    bucket: 'b',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxConnections,
  });
  await storage.open();
  onTestFinished(async () => {
    await storage.close();
    server.closeAllConnections();
    server.close();
  });
  return { storage, connections, closeAll: () => server.closeAllConnections() };
}

/** Bytes of an object that has no end for any reader. */
const ENDLESS = 2 ** 40;
const BLOCK = 64 * 1024;

/** Its bytes from `start` to `end`: each block holds its own number. */
function* blocks(start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end; ) {
    const next = Math.min(end, at + BLOCK - (at % BLOCK));
    yield Buffer.alloc(next - at, Math.floor(at / BLOCK) % 251);
    at = next;
  }
}

const whole: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': CONTENT.byteLength }).end(CONTENT);
};

describe('reads of objects', () => {
  it('use one connection again, and another where the store has closed it', async () => {
    const { storage, connections, closeAll } = await bucketOf(whole);
    for (let time = 0; time < 5; time += 1) {
      expect(await buffer(await storage.read('k'))).toEqual(CONTENT);
    }
    expect(connections.size).toBe(1);
    closeAll();
    for (let time = 0; time < 5; time += 1) {
      expect(await buffer(await storage.read('k'))).toEqual(CONTENT);
    }
    expect(connections.size).toBe(2);
  });

  it('give up their connection after a second where others wait for it', async ({ signal }) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const starts: number[] = [];
    const { storage } = await bucketOf(
      (request, response) => {
        if (request.url?.startsWith('/b/endless') !== true) return whole(request, response);
        const [start = 0, end = ENDLESS - 1] = (request.headers.range?.match(/\d+/g) ?? []).map(
          Number,
        );
        starts.push(start);
        response.writeHead(206, {
          'content-length': end + 1 - start,
          'content-range': `bytes ${start}-${end}/${ENDLESS}`,
        });
        pipeline(Readable.from(blocks(start, end + 1)), response, () => {});
      },
      { maxConnections: 1 },
    );
    const reader = (await storage.read('endless')).getReader();
    let position = 0;
    const readOn = async (): Promise<void> => {
      const { value = Buffer.alloc(0) } = await reader.read();
      const expected = Buffer.concat([...blocks(position, position + value.byteLength)]);
      expect(expected.equals(value), `from byte ${position}`).toBe(true);
      position += value.byteLength;
    };
    await readOn();
    vi.advanceTimersByTime(1000);
    let other: Buffer | undefined;
    const reading = storage.read('k').then(async (body) => {
      other = await buffer(body);
    });
    while (other === undefined && !signal.aborted) await readOn();
    await reading;
    expect(other).toEqual(CONTENT);
    while (starts.length < 2 && !signal.aborted) await readOn();
    await reader.cancel();
  });

  it('go the usual way where the store does not tell the length of its answers', async () => {
    let asked = 0;
    const { storage } = await bucketOf((_, response) => {
      asked += 1;
      response.writeHead(206, { 'content-range': `bytes 0-21/${CONTENT.byteLength}` });
      response.write(CONTENT.subarray(0, 7));
      response.end(CONTENT.subarray(7));
    });
    for (let time = 0; time < 3; time += 1) {
      expect(await buffer(await storage.read('k'))).toEqual(CONTENT);
    }
    expect(asked, 'once more in all').toBe(4);
  });

  it.each([
    [404, 'NoSuchKey', 'object-not-found'],
    [403, 'AccessDenied', 'storage-failed'],
  ])('fail as the store says: %s %s', async (status, code, expected) => {
    const error = `<Error><Code>${code}</Code><Message>no</Message></Error>`;
    const { storage, connections } = await bucketOf((_, response) => {
      response.writeHead(status, { 'content-length': error.length }).end(error);
    });
    await expect(storage.read('k')).rejects.toMatchObject({ code: expected });
    await expect(storage.read('k')).rejects.toMatchObject({ code: expected });
    expect(connections.size).toBe(1);
  });

  it('tell an error whose length the store does not tell, and go on straight', async () => {
    let answers = 0;
    const { storage, connections } = await bucketOf((request, response) => {
      answers += 1;
      if (answers > 2) whole(request, response);
      else {
        response.writeHead(404).write('<Error><Code>NoSuchKey</Code>');
        response.end('<Message>no</Message></Error>');
      }
    });
    await expect(storage.read('k')).rejects.toMatchObject({ code: 'object-not-found' });
    const before = connections.size;
    for (let time = 0; time < 3; time += 1) {
      expect(await buffer(await storage.read('k'))).toEqual(CONTENT);
    }
    expect(answers).toBe(5);
    expect(connections.size, 'one that reads straight').toBe(before + 1);
  });

  it('never take what lies behind one answer for the next', async () => {
    const content = Buffer.alloc(200_000, 'good ');
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${content.byteLength}\r\n\r\n`;
    const evil = Buffer.alloc(content.byteLength, 'evil ');
    const { storage } = await bucketOf(
      ({ socket }) =>
        socket.write(Buffer.concat([head, content, head, evil].map((part) => Buffer.from(part)))),
      { maxConnections: 1 },
    );
    const reads = Array.from({ length: 20 }, async () => buffer(await storage.read('k')));
    for (const read of await Promise.all(reads)) expect(read.equals(content)).toBe(true);
  });

  it('that were aborted while they waited take nothing from those who come later', async () => {
    const { storage } = await bucketOf(whole, { maxConnections: 2 });
    const stop = new AbortController();
    const reads = Array.from({ length: 6 }, () => storage.read('k', { signal: stop.signal }));
    await Promise.race(reads);
    stop.abort(new Error('enough'));
    await Promise.allSettled(reads);
    for (let time = 0; time < 4; time += 1) {
      expect(await buffer(await storage.read('k'))).toEqual(CONTENT);
    }
  });

  it('wait for a free connection, which a reader that gives up frees', async () => {
    const { storage, connections } = await bucketOf(whole, { maxConnections: 2 });
    const first = await storage.read('k');
    const second = await storage.read('k');
    const third = storage.read('k');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(connections.size).toBe(2);
    await first.cancel();
    expect(await buffer(await third)).toEqual(CONTENT);
    expect(await buffer(second)).toEqual(CONTENT);
  });

  it('end with the reason of an abort, in the middle of a body too', async () => {
    const { storage } = await bucketOf(
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('some');
      },
      { maxConnections: 1 },
    );
    for (let time = 0; time < 2; time += 1) {
      const stop = new AbortController();
      const reader = (await storage.read('k', { signal: stop.signal })).getReader();
      expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('some');
      const more = reader.read();
      stop.abort(new Error('enough'));
      await expect(more).rejects.toThrow('enough');
    }
  });
});
