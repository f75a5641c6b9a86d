import { mkdir, mkdtemp, rm } from 'node:fs/promises';
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

/** Starts versitygw over a temp folder. */
export async function startVersitygw(): Promise<VersitygwServer> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-versitygw-'));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
  const { accessKeyId, secretAccessKey } = credentials;
  const data = join(folder, 'data');
  await mkdir(data);
  const server = await startServer(
    (port) => [
      versitygwProgram(),
      ...['--port', `127.0.0.1:${port}`, '--access', accessKeyId, '--secret', secretAccessKey],
      ...['--quiet', 'posix', data],
    ],
    isListening,
    { cwd: folder },
  );
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
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
