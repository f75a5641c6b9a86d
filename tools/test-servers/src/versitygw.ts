import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versitygwProgram } from '@modelkeep/test-requirements';
import { isListening } from './ports.ts';
import type { S3Server } from './s3-server.ts';
import { startServer } from './server-process.ts';

/** A server whose buckets are folders and whose objects are files. */
export interface VersitygwServer extends S3Server {
  /** Makes a bucket, and gives its folder. */
  createBucket(name: string): Promise<string>;
}

/** What a server proves itself with, in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Starts versitygw over a temp folder; with `tls` it speaks HTTPS. */
export async function startVersitygw(tls?: TlsPair): Promise<VersitygwServer> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-versitygw-'));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
  const { accessKeyId, secretAccessKey } = credentials;
  const data = join(folder, 'data');
  await mkdir(data);
  const secure: string[] = [];
  for (const [name, pem] of Object.entries({ ...tls })) {
    const path = join(folder, `${name}.pem`);
    await writeFile(path, pem);
    secure.push(`--${name}`, path);
  }
  const server = await startServer(
    (port) => [
      versitygwProgram(),
      ...['--port', `127.0.0.1:${port}`, '--access', accessKeyId, '--secret', secretAccessKey],
      ...[...secure, '--quiet', 'posix', data],
    ],
    isListening,
    { cwd: folder },
  );
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials,
    async createBucket(name) {
      const bucket = join(data, name);
      await mkdir(bucket);
      return bucket;
    },
    end: (signal) => server.end(signal),
    async [Symbol.asyncDispose]() {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
