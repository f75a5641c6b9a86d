export { type Pooler, startPgbouncer } from './pgbouncer.ts';
export { type PostgresServer, startPostgres } from './postgres.ts';
