import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, startVersitygw } from '@modelkeep/test-servers';
import { runCommand, type Usage } from '../../run-command.ts';
import { MODELKEEP } from '../../tools.ts';
import { launchModelkeep, type ModelkeepServer } from '../modelkeep-server.ts';

const BUCKET = 'bench';

export interface NodeOptions {
  /** Who is sent to the bucket. Default: nobody. */
  readonly redirects?: 'always' | 'never';
  /** Size of the local tier. Default: none. */
  readonly localTier?: string;
  /** Where the index is. Default: in PostgreSQL. */
  readonly index?: 'postgres' | 'sqlite';
}

/** A machine that uses the store: a home folder with a config file. */
export interface BenchNode {
  readonly home: string;
  serve(): Promise<ModelkeepServer>;
  run(scratch: string, ...args: readonly string[]): Promise<Usage>;
}

/** A real PostgreSQL and a real S3 server with one bucket, emptied at will. */
export interface SharedBench extends AsyncDisposable {
  /** Another machine on the same store; `fresh`: on an empty one. */
  node(folder: string, upstream: string, options?: NodeOptions): Promise<BenchNode>;
  /** Begins an empty store for the nodes that are made from now on. */
  renew(): void;
  /** The environment and the remote under which rclone finds the bucket. */
  readonly rclone: { readonly env: Readonly<Record<string, string>>; readonly path: string };
  /** Address of the database of the store. */
  readonly databaseUrl: string;
}

export async function startSharedBench(): Promise<SharedBench> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres());
  const s3 = stack.use(await startVersitygw());
  await s3.createBucket(BUCKET);
  const servers = stack.move();
  const { accessKeyId, secretAccessKey } = s3.credentials;
  let database = postgres.createDatabase();
  let nodes = 0;
  return {
    renew() {
      database = postgres.createDatabase();
    },
    get databaseUrl() {
      return postgres.url(database);
    },
    rclone: {
      path: `:s3:${BUCKET}`,
      env: {
        RCLONE_CONFIG: '/dev/null',
        RCLONE_S3_PROVIDER: 'Other',
        RCLONE_S3_ENDPOINT: s3.endpoint,
        RCLONE_S3_ACCESS_KEY_ID: accessKeyId,
        RCLONE_S3_SECRET_ACCESS_KEY: secretAccessKey,
        RCLONE_S3_REGION: s3.region,
        RCLONE_S3_NO_CHECK_BUCKET: 'true',
      },
    },
    async node(folder, upstream, options = {}) {
      const { redirects = 'never', localTier, index = 'postgres' } = options;
      nodes += 1;
      const home = join(folder, `node-${nodes}`);
      await mkdir(home, { recursive: true });
      const url = postgres.url(database);
      const tier = localTier === undefined ? '' : `, localTier: { size: ${localTier} }`;
      const config = [
        `storage: { backend: s3, bucket: ${BUCKET}, prefix: "${database}/", endpoint: "${s3.endpoint}", accessKeyId: ${accessKeyId}, secretAccessKey: "\${env:S3_SECRET}"${tier} }`,
        index === 'sqlite' ? '' : `metadata: { backend: postgres, url: "\${env:DATABASE_URL}" }`,
        `connections: [{ name: hub, endpoint: "${upstream}", redirects: ${redirects} }]`,
      ];
      await writeFile(join(home, 'config.yaml'), config.join('\n'));
      const env = { DATABASE_URL: url, S3_SECRET: secretAccessKey };
      return {
        home,
        serve: () => launchModelkeep({ home, upstream, env }),
        run: (scratch, ...args) =>
          runCommand(
            { argv: [...MODELKEEP, ...args], env: { ...env, MODELKEEP_HOME: home } },
            scratch,
          ),
      };
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

/** The address in the bucket to which a server sends who asks for `url`. */
export async function addressInBucket(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${url} answered ${answer.status} and no address`);
  return location;
}

/** Runs rclone and throws away what it prints. Returns the seconds that it took. */
export async function rcloneSeconds(
  program: string,
  { rclone }: SharedBench,
  args: readonly string[],
): Promise<number> {
  const startedAt = performance.now();
  await promisify(execFile)('sh', ['-c', 'exec "$0" "$@" >/dev/null', program, ...args], {
    env: { PATH: process.env['PATH'], ...rclone.env },
  });
  return (performance.now() - startedAt) / 1000;
}
