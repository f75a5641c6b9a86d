import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
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
const CHOSEN = JSON.parse(chosen ?? '{}') as ChosenStore;

/**
 * Whether this run is one on other backends than a folder with SQLite. A case that would say the same of any store is
 * left out then: `it.skipIf(ON_OTHER_BACKENDS)`.
 */
export const ON_OTHER_BACKENDS: boolean = chosen !== undefined;

/** Whether objects are in a bucket, and not in the store's folder. */
export const IN_BUCKET: boolean = CHOSEN.s3 !== undefined;

/** Whether the index is in a database server, and not in a file. */
export const IN_DATABASE: boolean = CHOSEN.postgres !== undefined;

/** An empty store. */
export interface MadeStore {
  /** Folder in which its objects are files. */
  readonly objects: string;
  /** Lines of a config file. They are all that a program needs: it finds the secrets in files. */
  readonly config: readonly string[];
  /** Takes its index away. The config file may have to be written anew. */
  loseIndex(): void;
}

/** Makes an empty store of the chosen kind; `home` is the folder of one that is not chosen. */
export function makeStore(home: string): MadeStore {
  const { s3, postgres } = CHOSEN;
  const bucket = newName();
  if (s3 !== undefined) mkdirSync(join(s3.data, bucket));
  let index = postgres === undefined ? [] : [makeIndex(postgres)];
  return {
    objects: s3 === undefined ? home : join(s3.data, bucket),
    get config() {
      return s3 === undefined ? index : [storageLine(s3, bucket), ...index];
    },
    loseIndex() {
      if (postgres !== undefined) index = [makeIndex(postgres)];
      for (const name of INDEX_FILES) rmSync(join(home, name), { force: true });
    },
  };
}

const INDEX_FILES = ['index.db', 'index.db-wal', 'index.db-shm'];

function newName(): string {
  return `s${randomUUID().replaceAll('-', '')}`;
}

function storageLine(
  { endpoint, accessKeyId, secretFile }: NonNullable<ChosenStore['s3']>,
  bucket: string,
): string {
  const key = `accessKeyId: ${accessKeyId}, secretAccessKey: "\${file:${secretFile}}"`;
  return `storage: { backend: s3, bucket: ${bucket}, endpoint: "${endpoint}", ${key}, publicEndpoint: false }`;
}

/** Makes an empty database. Returns the line of a config file that names it. */
function makeIndex({ port }: NonNullable<ChosenStore['postgres']>): string {
  const name = newName();
  const server = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'app'];
  const made = spawnSync(join(postgresPrograms() ?? '', 'createdb'), [...server, name]);
  if (made.status !== 0) throw new Error(`createdb failed: ${made.stderr.toString()}`);
  return `metadata: { backend: postgres, url: "postgresql://app@127.0.0.1:${port}/${name}" }`;
}
