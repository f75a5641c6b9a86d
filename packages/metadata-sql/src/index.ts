export type { LeaseHolders, SqlConnection, SqlDialect, SqlResult } from './sql-dialect.ts';
export { sqlMetadataStore } from './sql-metadata-store.ts';
