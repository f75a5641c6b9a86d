import { randomUUID } from 'node:crypto';
import { requires } from '@modelkeep/test-requirements';
import { type S3Server, startS3proxy, startVersitygw } from '@modelkeep/test-servers';
import { describeStorage } from '@modelkeep/testkit';
import { afterAll, beforeAll } from 'vitest';
import { makeBucket } from '../test/make-bucket.ts';
import { s3Storage } from './index.ts';

requires('versitygw', 's3proxy');

const servers: S3Server[] = [];

beforeAll(async () => {
  servers.push(await startVersitygw(), await startS3proxy());
});
afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
});

for (const [index, name] of ['versitygw', 's3proxy'].entries()) {
  describeStorage(`S3 on ${name}`, {
    timeoutMs: 300_000,
    async create() {
      const server = servers[index];
      if (server === undefined) throw new Error(`${name} does not run`);
      const { endpoint, credentials } = server;
      const bucket = await makeBucket(server, `test-${randomUUID()}`);
      const options = { bucket: bucket.name, endpoint, credentials };
      return {
        storage: s3Storage(options),
        reopen: () => s3Storage(options),
        leftovers: bucket.leftovers,
        destroy: bucket.destroy,
      };
    },
  });
}
