export { type PostgresMetadataOptions, postgresMetadata } from './postgres-metadata.ts';
export type { PostgresClient, PostgresPool, PostgresResult } from './postgres-pool.ts';
