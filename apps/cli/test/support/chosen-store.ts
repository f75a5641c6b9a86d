import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresPrograms } from '@modelkeep/test-requirements';

/** Backends that every bench of a run has, instead of a folder with SQLite. */
export interface ChosenStore {
  /** Where objects are kept, where that is no folder: a server whose buckets are folders below `data`. */
  readonly s3?: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly data: string;
  };
  /** Where the index is kept, where that is no file. */
  readonly postgres?: { readonly port: number };
}

/** Set for a whole run of suites: a {@link ChosenStore} as JSON. */
export const STORE_VARIABLE = 'MODELKEEP_TEST_STORE';

/** Makes an empty store of the chosen kind, and its config file in `home`: where its objects are files, and the variables that the file names. */
export function makeChosenStore(home: string): {
  readonly objects: string;
  readonly env: Readonly<Record<string, string>>;
} {
  const text = process.env[STORE_VARIABLE];
  if (text === undefined) return { objects: home, env: {} };
  const { s3, postgres } = JSON.parse(text) as ChosenStore;
  const name = `s${randomUUID().replaceAll('-', '')}`;
  const config: string[] = [];
  const env: Record<string, string> = {};
  if (s3 !== undefined) {
    mkdirSync(join(s3.data, name));
    env['S3_SECRET'] = s3.secretAccessKey;
    config.push(
      `storage: { backend: s3, bucket: ${name}, endpoint: "${s3.endpoint}", accessKeyId: ${s3.accessKeyId}, secretAccessKey: "\${env:S3_SECRET}", publicEndpoint: false }`,
    );
  }
  if (postgres !== undefined) {
    const server = ['-h', '127.0.0.1', '-p', `${postgres.port}`, '-U', 'app'];
    const made = spawnSync(join(postgresPrograms() ?? '', 'createdb'), [...server, name]);
    if (made.status !== 0) throw new Error(`createdb failed: ${made.stderr.toString()}`);
    env['DATABASE_URL'] = `postgresql://app@127.0.0.1:${postgres.port}/${name}`;
    config.push(`metadata: { backend: postgres, url: "\${env:DATABASE_URL}" }`);
  }
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'config.yaml'), config.join('\n'));
  return { objects: s3 === undefined ? home : join(s3.data, name), env };
}
