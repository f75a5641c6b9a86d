import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { isModelkeepError, type ModelkeepError, type Storage } from '@modelkeep/core/spi';
import { requires } from '@modelkeep/test-requirements';
import { type S3Server, startVersitygw } from '@modelkeep/test-servers';
import {
  bodyOf,
  collectBytes,
  seededBytes,
  type TempFolder,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FaultyProxy, type S3Request, startFaultyProxy } from '../test/faulty-proxy.ts';
import { makeBucket, type TestBucket } from '../test/make-bucket.ts';
import { makeTlsPair } from '../test/tls-pair.ts';
import { type S3StorageOptions, s3Storage } from './index.ts';

requires('versitygw');

const MIB = 1024 * 1024;

let server: S3Server;
let proxy: FaultyProxy;
let folder: TempFolder;
let bucket: TestBucket;
let storage: Storage;
let buckets = 0;

beforeAll(async () => {
  server = await startVersitygw();
  proxy = await startFaultyProxy(server.endpoint);
  folder = await tempFolder();
});
afterAll(async () => {
  await folder.remove();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  buckets += 1;
  bucket = await makeBucket(server, `faults-${buckets}`);
  storage = await opened();
});
afterEach(async () => {
  proxy.script = () => undefined;
  await storage.close();
  await bucket.destroy();
});

async function opened(options: Partial<S3StorageOptions> = {}): Promise<Storage> {
  const { credentials } = server;
  const made = s3Storage({
    bucket: bucket.name,
    endpoint: proxy.endpoint,
    credentials,
    prefix: 'deep/',
    ...options,
  });
  await made.open();
  return made;
}

function closing(given: Storage): AsyncDisposable & { readonly storage: Storage } {
  return { storage: given, [Symbol.asyncDispose]: () => given.close() };
}

async function failureOf(call: Promise<unknown>): Promise<ModelkeepError> {
  const error: unknown = await call.then(
    (value) => new Error(`No failure: ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (!isModelkeepError(error)) throw error;
  return error;
}

function isPart({ method, url }: S3Request): boolean {
  return method === 'PUT' && url.includes('partNumber=');
}

function isCompletion({ method, url }: S3Request): boolean {
  return method === 'POST' && url.includes('uploadId=');
}

/** A script that hits the first `times` requests that `matches`. */
function first(
  times: number,
  matches: (request: S3Request) => boolean,
  fault: ReturnType<FaultyProxy['script']>,
): FaultyProxy['script'] {
  let left = times;
  return (request) => {
    if (left === 0 || !matches(request)) return undefined;
    left -= 1;
    return fault;
  };
}

const CONTENT = seededBytes('faults', 20 * MIB + 1);

async function staged(name: string): Promise<string> {
  const path = folder.join(name);
  await writeFile(path, CONTENT);
  return path;
}

describe('a store that answers badly', () => {
  it('is asked again: a large file goes in and comes out whole', async () => {
    let count = 0;
    proxy.script = () => {
      count += 1;
      if (count % 4 === 0) return { status: 503, code: 'SlowDown' };
      return count % 9 === 0 ? { status: 500, code: 'InternalError' } : undefined;
    };
    const object = await storage.ingestFile?.('large', await staged('busy'));
    expect(object).toMatchObject({ key: 'large', size: CONTENT.length });
    const content = await collectBytes(await storage.read('large'));
    expect(Buffer.compare(Buffer.from(content), CONTENT)).toBe(0);
  });

  it('in the middle of bodies: they are asked for again from there', async () => {
    await storage.ingestFile?.('large', await staged('cut'));
    let count = 0;
    proxy.script = ({ method }) => {
      if (method !== 'GET') return undefined;
      count += 1;
      return count % 3 === 0 ? undefined : { cutAfter: 100_000 * count };
    };
    const content = await collectBytes(await storage.read('large', { start: 5 }));
    expect(Buffer.compare(Buffer.from(content), CONTENT.subarray(5))).toBe(0);
  });

  it('never gives bytes of two objects as one', async () => {
    await storage.ingestFile?.('large', await staged('changed'));
    await using frugal = closing(await opened({ memoryBytes: 3 }));
    // What comes after the cut is asked for by another request.
    proxy.script = first(1, ({ url }) => url.includes('x-id=GetObject'), { cutAfter: 9 * MIB });
    const reader = (await frugal.storage.read('large')).getReader();
    await reader.read();
    await storage.write('large', bodyOf(seededBytes('other', 20 * MIB)), { size: 20 * MIB });
    const error = await failureOf(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    );
    expect(error).toMatchObject({ code: 'storage-failed', retryable: true });
    expect(error.message).toContain('changed');
  });

  it('without end fails with an error worth another try, and leaves nothing', async () => {
    proxy.script = (request) =>
      isPart(request) ? { status: 500, code: 'InternalError' } : undefined;
    const path = await staged('failing');
    const error = await failureOf(storage.ingestFile?.('large', path) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'storage-failed', retryable: true });
    expect(await bucket.leftovers()).toEqual([]);
    proxy.script = () => undefined;
    expect(await storage.ingestFile?.('large', path)).toMatchObject({ size: CONTENT.length });
  });

  it('at a checksum: a part that arrives changed is refused', async () => {
    proxy.script = first(20, isPart, { status: 400, code: 'BadDigest' });
    const error = await failureOf(
      storage.ingestFile?.('x', await staged('digest')) ?? Promise.resolve(),
    );
    expect(error).toMatchObject({ code: 'storage-failed' });
    expect(error.message).toContain('BadDigest');
    expect(await bucket.leftovers()).toEqual([]);
  });
});

describe('an answer that is lost', () => {
  const once = { onlyIfAbsent: true, size: 9 };
  const body = (): AsyncIterable<Uint8Array> => bodyOf(Buffer.from('nine byte'));

  it('of a conditional write is no defeat', async () => {
    proxy.script = first(1, ({ method }) => method === 'PUT', 'answer lost');
    expect(await storage.write('mine', body(), once)).toMatchObject({ size: 9 });
    expect((await failureOf(storage.write('mine', body(), once))).code).toBe('conflict');
  });

  it('of the end of a large one is no failure', async () => {
    proxy.script = first(1, isCompletion, 'answer lost');
    const object = await storage.ingestFile?.('large', await staged('completed'));
    expect(object).toMatchObject({ size: CONTENT.length });
    expect(await bucket.leftovers()).toEqual(['deep/large']);
  });
});

describe('writers that meet', () => {
  it('try again after 409, and fail with conflict only if somebody else won', async () => {
    const conflict = { status: 409, code: 'ConditionalRequestConflict' };
    const size = 5;
    const body = (): AsyncIterable<Uint8Array> => bodyOf(Buffer.from('12345'));
    proxy.script = first(2, ({ method }) => method === 'PUT', conflict);
    expect(await storage.write('a', body(), { onlyIfAbsent: true, size })).toMatchObject({ size });
    proxy.script = ({ method }) => (method === 'PUT' ? conflict : undefined);
    expect(await failureOf(storage.write('b', body(), { onlyIfAbsent: true, size }))).toMatchObject(
      {
        code: 'storage-failed',
        retryable: true,
      },
    );
    const lost = await failureOf(storage.write('a', body(), { onlyIfAbsent: true, size }));
    expect(lost.code).toBe('conflict');
    proxy.script = first(1, isCompletion, { status: 412, code: 'PreconditionFailed' });
    const path = await staged('late');
    const options = { onlyIfAbsent: true };
    const late = await failureOf(storage.ingestFile?.('c', path, options) ?? Promise.resolve());
    expect(late.code).toBe('conflict');
    expect(await bucket.leftovers()).toEqual(['deep/a']);
  });
});

describe('a process that is killed in the middle of a large object', () => {
  it('leaves nothing that can be seen, and what it left is swept', async () => {
    const program = join(import.meta.dirname, '../test/write-process.ts');
    const { accessKeyId, secretAccessKey } = server.credentials;
    const args = [
      '--conditions',
      '@modelkeep/source',
      program,
      bucket.name,
      server.endpoint,
      'big',
    ];
    const child = spawn(process.execPath, args, {
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      stdio: 'inherit',
    });
    const timeout = { timeout: 60_000, interval: 50 };
    await vi.waitUntil(async () => (await bucket.uploads()).length > 0, timeout);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const whole = await opened({ prefix: '' });
    expect(await whole.stat('big')).toBeUndefined();
    await whole.close();
    expect(await bucket.uploads(), 'it may belong to a slow process').toHaveLength(1);
    const other = await opened({ prefix: 'other/', abandonedUploadMs: 1 });
    await other.close();
    expect(await bucket.uploads(), 'it is of another prefix').toHaveLength(1);
    const later = await opened({ prefix: '', abandonedUploadMs: 1 });
    await vi.waitUntil(async () => (await bucket.uploads()).length === 0, timeout);
    await later.close();
  });
});

describe('a start', () => {
  it('fails without a bucket, and with wrong credentials, and shows no secret', async () => {
    const absent = await failureOf(opened({ bucket: 'not-there' }));
    expect(absent.message).toContain('there is no bucket not-there');
    const credentials = { accessKeyId: 'test', secretAccessKey: 'wrong-secret' };
    const refused = await failureOf(opened({ credentials }));
    expect(refused).toMatchObject({ code: 'storage-failed', retryable: false });
    expect(inspect(refused, { depth: 9, showHidden: true })).not.toMatch(/wrong-secret|Signature=/);
  });

  it('trusts a store by the authority it is given, and says so if it has none', async () => {
    const tls = await makeTlsPair();
    await using secure = await startVersitygw(tls);
    await secure.createBucket('secure');
    const { endpoint, credentials } = secure;
    const of = (options: Partial<S3StorageOptions>): Storage =>
      s3Storage({ bucket: 'secure', endpoint, credentials, ...options });
    const refused = await failureOf(of({}).open());
    expect(refused).toMatchObject({ code: 'storage-failed', retryable: false });
    expect(refused.message).toContain('storage.caFile');
    const trusting = of({ ca: tls.cert });
    await trusting.open();
    await trusting.ingestFile?.('large', await staged('secure'));
    expect(Buffer.compare(await collectBytes(await trusting.read('large')), CONTENT)).toBe(0);
    await trusting.close();
  });

  it('knows whether the store honours conditions', () => {
    expect(storage.features.conditionalWrite).toBe(true);
  });

  it('keeps all it stores below its prefix, and sees nothing else', async () => {
    await storage.write('a', bodyOf(Buffer.from('1')));
    const whole = await opened({ prefix: '' });
    await whole.write('b', bodyOf(Buffer.from('2')));
    expect([...(await bucket.leftovers())].sort()).toEqual(['b', 'deep/a']);
    const keys: string[] = [];
    for await (const { key } of storage.list('')) keys.push(key);
    expect(keys).toEqual(['a']);
    await whole.close();
    const tooLong = await failureOf(storage.stat('k'.repeat(1020)));
    expect(tooLong.code).toBe('invalid-key');
  });
});
