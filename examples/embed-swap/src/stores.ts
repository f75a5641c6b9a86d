import type { ModelCacheOptions } from '@modelkeep/core';
import { postgresMetadata } from '@modelkeep/metadata-postgres';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { localStorage } from '@modelkeep/storage-local';
import { s3Storage } from '@modelkeep/storage-s3';

type Store = Pick<ModelCacheOptions, 'storage' | 'metadata' | 'workspace'>;

/** A folder of this machine. */
export function folderStore(): Store {
  return {
    storage: localStorage({ directory: './models' }),
    metadata: sqliteMetadata({ file: './models/index.db' }),
  };
}

/** A bucket and a database, which any number of machines share; each lays its models out in a folder of its own. */
export function sharedStore(): Store {
  const { BUCKET = '', S3_ENDPOINT, DATABASE_URL = '' } = process.env;
  return {
    // The credentials are those of the environment, as for every program that uses AWS's SDK.
    storage: s3Storage({ bucket: BUCKET, endpoint: S3_ENDPOINT }),
    metadata: postgresMetadata({ url: DATABASE_URL }),
    workspace: './models',
  };
}
