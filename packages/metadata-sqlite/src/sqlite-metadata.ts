import { resolve } from 'node:path';
import type { MetadataStore } from '@modelkeep/core/spi';
import { sqlMetadataStore } from '@modelkeep/metadata-sql';
import { processHolders } from './process-holders.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

export interface SqliteMetadataOptions {
  /** The database; made if it is absent, with the folders above it. On a disk of this machine: SQLite's locks do not reach over a network. */
  readonly file: string;
}

/**
 * A metadata store in one SQLite file that any number of processes of this machine may use at once.
 * Where the file or its folder cannot be written it is opened for reading: then uses are not noted, and every other change
 * fails with `storage-failed`.
 */
export function sqliteMetadata(options: SqliteMetadataOptions): MetadataStore {
  return sqlMetadataStore(sqliteDialect(resolve(options.file), processHolders()));
}
