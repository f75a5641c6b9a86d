import { ModelkeepError } from '@modelkeep/core/spi';
import type { SqlConnection, SqlDialect } from '@modelkeep/metadata-sql';
import { PostgresConnection } from './postgres-connection.ts';
import { isBusy, translate } from './postgres-errors.ts';
import type { PostgresPool } from './postgres-pool.ts';

/** Makes the pool, or hands out that of the caller, who then also ends it. */
export type OpenPool = () => Promise<{ readonly pool: PostgresPool; readonly isOurs: boolean }>;

/** PostgreSQL as a SQL database, over a pool of connections. */
export function postgresDialect(openPool: OpenPool, statementTimeoutMs: number): SqlDialect {
  let opened: Awaited<ReturnType<OpenPool>> | undefined;
  const lent = new Map<SqlConnection, PostgresConnection>();

  return {
    name: 'PostgreSQL',
    language: 'postgres',
    async open() {
      opened ??= await openPool();
      opened.pool.on('error', ignoreIdleConnection);
    },
    async close() {
      const { pool, isOurs } = opened ?? {};
      opened = undefined;
      // Connections of our own pool may still break while they end.
      if (isOurs) await pool?.end();
      else pool?.off('error', ignoreIdleConnection);
    },
    async acquire() {
      if (opened === undefined)
        throw new ModelkeepError('storage-failed', 'PostgreSQL is not open');
      const connection = new PostgresConnection(await opened.pool.connect(), statementTimeoutMs);
      lent.set(connection, connection);
      return connection;
    },
    async release(connection) {
      lent.get(connection)?.release();
      lent.delete(connection);
    },
    isBusy,
    translate,
  };
}

/** The pool drops an idle connection that broke, and the next caller gets a new one. Without a listener Node would end the process. */
function ignoreIdleConnection(): void {}
