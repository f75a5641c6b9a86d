import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsPair } from '@modelkeep/test-servers';
import { seededBytes, seededRandom } from '@modelkeep/testkit/memory';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeTlsPair } from '../../test/tls-pair.ts';
import { BodySocket } from './body-socket.ts';

const REQUEST = 'GET / HTTP/1.1\r\nhost: store\r\n\r\n';
const SEED = Number(process.env['MODELKEEP_TEST_SEED'] ?? Date.now() % 1e6);

let tls: TlsPair;
beforeAll(async () => {
  tls = await makeTlsPair();
});

/** A store that lets `answer` write to whoever has sent a request. */
async function connected(
  answer: (socket: Socket) => void | Promise<void>,
  { isSecure = false, silentMs = 20_000 } = {},
): Promise<BodySocket> {
  const onSocket = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.on('data', () => void answer(socket));
  };
  const server: Server = isSecure ? createTlsServer(tls, onSocket) : createServer(onSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = new BodySocket({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    ...(isSecure ? { tls: { ca: [tls.cert] } } : {}),
    connectMs: 10_000,
    silentMs,
  });
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  return socket;
}

const ok = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;

async function read(
  socket: BodySocket,
  takeBuffer: (bytes: number) => Uint8Array,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket.body(takeBuffer)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe.each([
  ['without TLS', false],
  ['with TLS', true],
])('a connection %s', (_, isSecure) => {
  it(`gives each body whole, however it comes and wherever it goes (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const below = (most: number): number => Math.floor(random() * most);
    let body = Buffer.alloc(0);
    const socket = await connected(
      async (to) => {
        const answer = Buffer.concat([Buffer.from(ok(body.byteLength)), body]);
        for (let at = 0; at < answer.byteLength; ) {
          const size = 1 + below(random() < 0.5 ? 100 : 200_000);
          to.write(answer.subarray(at, at + size));
          at += size;
          if (random() < 0.3) await new Promise(setImmediate);
        }
      },
      { isSecure },
    );
    for (let round = 0; round < 30; round += 1) {
      body = Buffer.from(seededBytes(`${SEED}-${round}`, below(round % 3 === 0 ? 40 : 3_000_000)));
      expect((await socket.ask(REQUEST))?.length).toBe(body.byteLength);
      const mine = new Set<ArrayBufferLike>();
      const chunks: Buffer[] = [];
      for await (const chunk of socket.body((bytes) => {
        const memory = new Uint8Array(1 + below(Math.min(bytes * 2, 300_000)));
        mine.add(memory.buffer);
        return memory;
      })) {
        expect(mine.has(chunk.buffer), 'memory of the reader').toBe(true);
        if (random() < 0.2) await new Promise(setImmediate);
        chunks.push(Buffer.from(chunk));
      }
      expect(Buffer.concat(chunks).equals(body), `round ${round}`).toBe(true);
      expect(socket.isIdle).toBe(true);
    }
  });

  it('that ends in the middle of a body fails, after all that came', async () => {
    const socket = await connected(
      (to) => {
        to.end(`${ok(10)}12345`);
      },
      { isSecure },
    );
    await socket.ask(REQUEST);
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of socket.body((bytes) => new Uint8Array(bytes))) {
        chunks.push(Buffer.from(chunk).toString());
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(chunks).toEqual(['12345']);
    expect(socket.isIdle).toBe(false);
  });
});

describe('a connection', () => {
  it('on which more comes than was said is not used again', async () => {
    let more = (): void => {};
    const socket = await connected((to) => {
      to.write(`${ok(2)}12`);
      more = () => void to.write('HTTP/1.1 200 OK');
    });
    await socket.ask(REQUEST);
    expect((await read(socket, (bytes) => new Uint8Array(bytes))).toString()).toBe('12');
    socket.idleFor(10_000);
    expect(socket.isIdle).toBe(true);
    more();
    await expect.poll(() => socket.isIdle).toBe(false);
  });

  it('that the store closes while nothing is under way is not used again', async () => {
    const socket = await connected((to) => {
      to.end(`${ok(2)}12`);
    });
    await socket.ask(REQUEST);
    await read(socket, (bytes) => new Uint8Array(bytes));
    socket.idleFor(10_000);
    await expect.poll(() => socket.isIdle).toBe(false);
  });

  it('whose answer is not plain says so', async () => {
    const chunked = await connected((to) => {
      to.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
    });
    expect(await chunked.ask(REQUEST)).toMatchObject({ status: 200, length: undefined });
    expect(chunked.isIdle).toBe(false);
    const endless = await connected((to) => {
      to.write(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(20_000)}`);
    });
    expect(await endless.ask(REQUEST)).toBeUndefined();
  });

  it('on which nothing comes fails, unless nobody waits', async () => {
    const silentMs = 500;
    const silent = await connected(() => {}, { silentMs });
    await expect(silent.ask(REQUEST)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    const patient = await connected(
      (to) => {
        to.write(`${ok(4)}12`);
        setTimeout(() => to.write('34'), 50);
      },
      { silentMs },
    );
    await patient.ask(REQUEST);
    const body = patient.body((bytes) => new Uint8Array(bytes));
    expect((await body.next()).value?.byteLength).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(Buffer.from((await body.next()).value ?? []).toString()).toBe('34');
  });

  it('never fills memory that is looked at, for a reader that has two buffers and takes its time', async () => {
    const content = seededBytes('two buffers', 8_000_000);
    const socket = await connected((to) => {
      to.write(Buffer.concat([Buffer.from(ok(content.byteLength)), content]));
    });
    await socket.ask(REQUEST);
    const memory = [new Uint8Array(100_000), new Uint8Array(300_000)];
    let taken = 0;
    let given = 0;
    let at = 0;
    for await (const chunk of socket.body(() => memory[taken++ % 2] as Uint8Array)) {
      given += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(taken - given).toBeLessThanOrEqual(1);
      expect(
        Buffer.from(content)
          .subarray(at, at + chunk.byteLength)
          .equals(chunk),
      ).toBe(true);
      at += chunk.byteLength;
    }
    expect(at).toBe(content.byteLength);
  });

  it('gives on what a slow line brings, before it fills the memory', async () => {
    const socket = await connected((to) => {
      to.write(ok(100_000));
      let left = 100;
      const drops = setInterval(() => {
        to.write(Buffer.alloc(1000));
        left -= 1;
        if (left === 0) clearInterval(drops);
      }, 10);
    });
    await socket.ask(REQUEST);
    const sizes: number[] = [];
    for await (const chunk of socket.body((bytes) => new Uint8Array(bytes))) {
      sizes.push(chunk.byteLength);
    }
    expect(sizes.length).toBeGreaterThan(2);
  });

  it('reads no further than it is asked to', async () => {
    let left = 512;
    const socket = await connected((to) => {
      to.write(ok(left * 1024 * 1024));
      const more = (): void => {
        while (left > 0 && to.write(Buffer.alloc(1024 * 1024))) left -= 1;
      };
      to.on('drain', more);
      more();
    });
    await socket.ask(REQUEST);
    const body = socket.body((bytes) => new Uint8Array(Math.min(bytes, 65_536)));
    await body.next();
    await body.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(left).toBeGreaterThan(450);
  });

  it('is ended by whoever gives it up, in the middle of a wait too', async () => {
    const socket = await connected(() => {});
    const asked = socket.ask(REQUEST);
    setImmediate(() => socket.destroy());
    await expect(asked).rejects.toThrow('given up');
    await expect(socket.ask(REQUEST)).rejects.toThrow('given up');
  });
});
