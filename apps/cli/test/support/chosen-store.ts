import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { postgresPrograms } from '@modelkeep/test-requirements';

/** Backends that every bench of a run has, instead of a folder with SQLite. */
export interface ChosenStore {
  /** Where objects are kept, where that is no folder: a server whose buckets are folders below `data`. */
  readonly s3?: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    /** A file that holds the other half of the key. */
    readonly secretFile: string;
    readonly data: string;
  };
  /** Where the index is kept, where that is no file. */
  readonly postgres?: { readonly port: number };
}

/** Set for a whole run of suites: a {@link ChosenStore} as JSON. */
export const STORE_VARIABLE = 'MODELKEEP_TEST_STORE';

const chosen = process.env[STORE_VARIABLE];

/**
 * Whether this run is one on other backends than a folder with SQLite. A case that would say the same of any store is
 * left out then: `it.skipIf(ON_OTHER_BACKENDS)`.
 */
export const ON_OTHER_BACKENDS: boolean = chosen !== undefined;

/** An empty store. */
export interface MadeStore {
  /** Folder in which its objects are files. */
  readonly objects: string;
  /** Lines of a config file. They are all that a program needs: it finds the secrets in files. */
  readonly config: readonly string[];
}

/** Makes an empty store of the chosen kind; `home` is the folder of one that is not chosen. */
export function makeStore(home: string): MadeStore {
  const { s3, postgres } = JSON.parse(chosen ?? '{}') as ChosenStore;
  const name = `s${randomUUID().replaceAll('-', '')}`;
  const config: string[] = [];
  if (s3 !== undefined) {
    mkdirSync(join(s3.data, name));
    const key = `accessKeyId: ${s3.accessKeyId}, secretAccessKey: "\${file:${s3.secretFile}}"`;
    config.push(
      `storage: { backend: s3, bucket: ${name}, endpoint: "${s3.endpoint}", ${key}, publicEndpoint: false }`,
    );
  }
  if (postgres !== undefined) {
    const server = ['-h', '127.0.0.1', '-p', `${postgres.port}`, '-U', 'app'];
    const made = spawnSync(join(postgresPrograms() ?? '', 'createdb'), [...server, name]);
    if (made.status !== 0) throw new Error(`createdb failed: ${made.stderr.toString()}`);
    const url = `postgresql://app@127.0.0.1:${postgres.port}/${name}`;
    config.push(`metadata: { backend: postgres, url: "${url}" }`);
  }
  return { objects: s3 === undefined ? home : join(s3.data, name), config };
}
