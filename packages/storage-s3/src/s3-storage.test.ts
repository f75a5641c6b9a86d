import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type S3StorageOptions, s3Storage } from './index.ts';

const EMPTY_LIST = '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>';
const credentials = { accessKeyId: 'id', secretAccessKey: 'secret-word' };

let server: Server | undefined;

/** A store that answers every write as `status` says, and every look at an object with `found`. */
async function startStore(
  status: (request: IncomingMessage) => number,
  found = 200,
): Promise<string> {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const isLook = request.method === 'HEAD' && request.url?.includes('/blobs/') === true;
      const code = request.method === 'PUT' ? status(request) : isLook ? found : 200;
      const error = `<Error><Code>${code === 403 ? 'AccessDenied' : 'Code'}</Code></Error>`;
      response.writeHead(code).end(code === 200 ? EMPTY_LIST : error);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('conditional writes', () => {
  it.each([
    ['a store that knows them', [200, 412, 412, 409], true],
    ['a store that does not know them', [200, 200, 200, 200], false],
    ['a store that says so', [501, 501, 501, 501], false],
    ['a store that lets two win', [200, 412, 200, 412], false],
    ['a store that lets nobody win', [412, 412, 412, 412], false],
    ['one who may only read', [403, 403, 403, 403], false],
  ])('are relied on as far as they hold: %s', async (_, answers, honours) => {
    const left = [...answers];
    const status = (): number => left.shift() ?? 500;
    const endpoint = await startStore(status);
    const storage = s3Storage({ bucket: 'b', endpoint, credentials });
    await storage.open();
    expect(storage.features.conditionalWrite).toBe(honours);
    await storage.close();
  });
});

it('an object that is removed in the moment in which it is stored is a conflict, worth another try', async () => {
  const endpoint = await startStore(() => 200, 404);
  const storage = s3Storage({ bucket: 'b', endpoint, credentials });
  await storage.open();
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
  };
  await expect(storage.write('blobs/a', body(), { size: 1 })).rejects.toMatchObject({
    code: 'conflict',
    retryable: true,
  });
  await storage.close();
});

describe('options', () => {
  it.each<Partial<S3StorageOptions>>([
    { bucket: '' },
    { prefix: '/a' },
    { prefix: 'a b' },
    { endpoint: 'minio:9000' },
    { endpoint: 'https://user:password@minio' },
    { publicEndpoint: 'https://minio/path' },
    { maxConnections: 0 },
    { memoryBytes: 1.5 },
  ])('that cannot be are refused: %o', (wrong) => {
    expect(() => s3Storage({ bucket: 'b', ...wrong })).toThrow('S3: ');
  });

  it('decide at which address clients find what is signed', async () => {
    const endpoint = 'http://store.internal:9000';
    const publicEndpoint = 'https://store.example.com';
    const sign = async (options: Partial<S3StorageOptions>): Promise<URL | undefined> =>
      await s3Storage({
        bucket: 'models',
        prefix: 'p/',
        endpoint,
        credentials,
        ...options,
      }).presign?.('a/b%', { expiresInSeconds: 60 });
    const url = await sign({});
    expect(`${url?.origin}${url?.pathname}`).toBe(`${endpoint}/models/p/a/b%25`);
    expect((await sign({ publicEndpoint }))?.origin).toBe(publicEndpoint);
    expect((await sign({ publicEndpoint, pathStyle: false }))?.host).toBe(
      'models.store.example.com',
    );
    expect(await sign({ publicEndpoint: false })).toBeUndefined();
  });
});
