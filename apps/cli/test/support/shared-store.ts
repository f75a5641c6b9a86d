import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type PostgresServer,
  startPostgres,
  startVersitygw,
  type VersitygwServer,
} from '@modelkeep/test-servers';
import { type Bench, createBench } from '../modelkeep.ts';

/** One store that several machines use: each bench is a machine with a home folder of its own. */
export interface SharedStore {
  readonly postgres: PostgresServer;
  /** Folder in which the blobs are files, as the storage's server keeps them. */
  readonly folder: string;
  node(): Promise<Bench>;
}

export interface SharedServers extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly s3: VersitygwServer;
  /** An empty store of a kind. */
  store(kind: StorageKind, env: Readonly<Record<string, string>>): Promise<SharedStore>;
}

export type StorageKind = 'S3' | 'a local folder';

/** Starts a real PostgreSQL and a real S3 server. */
export async function startSharedServers(): Promise<SharedServers> {
  const [postgres, s3] = [await startPostgres(), await startVersitygw()];
  const { accessKeyId, secretAccessKey } = s3.credentials;
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-shared-'));
  let stores = 0;

  async function storageOf(kind: StorageKind): Promise<{ folder: string; config: string }> {
    const name = `store-${stores}`;
    if (kind === 'S3') {
      const bucket = await s3.createBucket(name);
      return {
        folder: bucket,
        config: `{ backend: s3, bucket: ${name}, endpoint: "${s3.endpoint}", accessKeyId: ${accessKeyId}, secretAccessKey: "\${env:S3_SECRET}" }`,
      };
    }
    const directory = join(folder, name);
    return { folder: directory, config: `{ directory: ${directory} }` };
  }

  return {
    postgres,
    s3,
    async store(kind, env) {
      stores += 1;
      const storage = await storageOf(kind);
      const url = postgres.url(postgres.createDatabase());
      const config = [
        `storage: ${storage.config}`,
        `metadata: { backend: postgres, url: "\${env:DATABASE_URL}" }`,
        'fetch: { leaseTtlMs: 3000 }',
      ];
      return {
        postgres,
        folder: storage.folder,
        async node() {
          const secrets = { DATABASE_URL: url, S3_SECRET: secretAccessKey };
          const bench = await createBench({ ...env, ...secrets });
          await mkdir(bench.home, { recursive: true });
          await writeFile(join(bench.home, 'config.yaml'), config.join('\n'));
          return bench;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await s3[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
