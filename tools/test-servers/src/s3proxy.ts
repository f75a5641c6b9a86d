import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3proxyArchive } from '@modelkeep/test-requirements';
import { isListening } from './ports.ts';
import type { S3Server } from './s3-server.ts';
import { startServer } from './server-process.ts';

/** Starts s3proxy, which keeps everything in memory. */
export async function startS3proxy(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-s3proxy-'));
  const file = join(folder, 's3proxy.conf');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
  const server = await startServer(
    (port) => {
      const settings = [
        `s3proxy.endpoint=http://127.0.0.1:${port}`,
        's3proxy.authorization=aws-v2-or-v4',
        `s3proxy.identity=${credentials.accessKeyId}`,
        `s3proxy.credential=${credentials.secretAccessKey}`,
        's3proxy.ignore-unknown-headers=true',
        'jclouds.provider=transient-nio2',
        'jclouds.identity=local',
        'jclouds.credential=local',
      ];
      writeFileSync(file, settings.join('\n'));
      return ['java', '-Xmx512m', '-jar', s3proxyArchive(), '--properties', file];
    },
    isListening,
    { cwd: folder },
  );
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials,
    end: (signal) => server.end(signal),
    async [Symbol.asyncDispose]() {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
