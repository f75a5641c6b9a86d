import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type PostgresServer,
  startPostgres,
  startVersitygw,
  type VersitygwServer,
} from '@modelkeep/test-servers';
import { type FakeHub, type FakeHubOptions, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { type Bench, createBench } from '../modelkeep.ts';

/** One store that several machines use: each bench is a machine with a home folder of its own. */
export interface SharedStore {
  readonly postgres: PostgresServer;
  /** Name of its database. */
  readonly database: string;
  /** Folder in which the blobs are files, as the storage's server keeps them. */
  readonly folder: string;
  node(): Promise<Bench>;
}

export interface SharedServers extends AsyncDisposable {
  /** Where every node fetches from. */
  readonly hub: FakeHub;
  readonly postgres: PostgresServer;
  readonly s3: VersitygwServer;
  /** Backends of an empty store. */
  backends(storage: StorageKind, metadata: MetadataKind): Promise<Backends>;
  /** An empty store of a kind. */
  store(kind: StorageKind, options?: SharedStoreOptions): Promise<SharedStore>;
}

interface SharedStoreOptions {
  /** Where the nodes find S3, if something stands before it. */
  readonly s3Endpoint?: string;
  /** Lines of the config file beside those of the backends. Default: short leases. */
  readonly config?: readonly string[];
}

export type StorageKind = 'S3' | 'a local folder';
export type MetadataKind = 'PostgreSQL' | 'SQLite';

export interface Backends {
  /** Folder in which the blobs are files. */
  readonly folder: string;
  /** Name of the database in PostgreSQL; empty without one. */
  readonly database: string;
  /** Lines of a config file. */
  readonly config: readonly string[];
  /** The secrets that they name. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a Hub, a real PostgreSQL and a real S3 server. */
export async function startSharedServers(hubOptions: FakeHubOptions = {}): Promise<SharedServers> {
  const hub = await startFakeHub(hubOptions);
  const [postgres, s3] = [await startPostgres(), await startVersitygw()];
  const { accessKeyId, secretAccessKey } = s3.credentials;
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-shared-'));
  let stores = 0;

  async function storageOf(
    kind: StorageKind,
    endpoint = s3.endpoint,
  ): Promise<{ folder: string; config: string }> {
    const name = `store-${stores}`;
    if (kind === 'S3') {
      const bucket = await s3.createBucket(name);
      return {
        folder: bucket,
        config: `{ backend: s3, bucket: ${name}, endpoint: "${endpoint}", accessKeyId: ${accessKeyId}, secretAccessKey: "\${env:S3_SECRET}" }`,
      };
    }
    const directory = join(folder, name);
    return { folder: directory, config: `{ directory: ${directory} }` };
  }

  async function backends(
    storage: StorageKind,
    metadata: MetadataKind,
    { s3Endpoint, config: more = ['fetch: { leaseTtlMs: 3000 }'] }: SharedStoreOptions = {},
  ): Promise<Backends> {
    stores += 1;
    const { folder: blobs, config } = await storageOf(storage, s3Endpoint);
    const isPostgres = metadata === 'PostgreSQL';
    const database = isPostgres ? postgres.createDatabase() : '';
    // Each store has a variable of its own: one command may work with two.
    const name = `DATABASE_URL_${stores}`;
    return {
      folder: blobs,
      database,
      config: [
        `storage: ${config}`,
        ...(isPostgres ? [`metadata: { backend: postgres, url: "\${env:${name}}" }`] : []),
        ...more,
      ],
      env: {
        S3_SECRET: secretAccessKey,
        ...(isPostgres ? { [name]: postgres.url(database) } : {}),
      },
    };
  }

  return {
    hub,
    postgres,
    s3,
    backends,
    async store(kind, options) {
      const store = await backends(kind, 'PostgreSQL', options);
      return {
        postgres,
        database: store.database,
        folder: store.folder,
        async node() {
          const bench = await createBench({ HF_ENDPOINT: hub.url, ...store.env });
          await mkdir(bench.home, { recursive: true });
          await writeFile(join(bench.home, 'config.yaml'), store.config.join('\n'));
          return bench;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await s3[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
