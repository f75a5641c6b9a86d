import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import type { SqlConnection, SqlDialect } from './sql-dialect.ts';

/** The dialect as the query builder wants it. */
export function kyselyDialect(dialect: SqlDialect): Dialect {
  const sqlite = dialect.language === 'sqlite';
  return {
    createDriver: () => driverOf(dialect),
    createAdapter: () => (sqlite ? new SqliteAdapter() : new PostgresAdapter()),
    createQueryCompiler: () => (sqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    createIntrospector() {
      throw new Error('The schema is known and never asked for');
    },
  };
}

function driverOf(dialect: SqlDialect): Driver {
  const wrapped = new WeakMap<DatabaseConnection, SqlConnection>();

  function inner(connection: DatabaseConnection): SqlConnection {
    const found = wrapped.get(connection);
    if (found === undefined) throw new Error('A connection of another driver');
    return found;
  }

  return {
    async init() {},
    async acquireConnection() {
      const connection = await dialect.acquire();
      const outer = connectionOf(connection);
      wrapped.set(outer, connection);
      return outer;
    },
    beginTransaction: (connection, settings: TransactionSettings) =>
      inner(connection).begin(settings.accessMode === 'read only' ? 'read' : 'write'),
    commitTransaction: (connection) => inner(connection).commit(),
    rollbackTransaction: (connection) => inner(connection).rollback(),
    releaseConnection: (connection) => dialect.release(inner(connection)),
    async destroy() {},
  };
}

function connectionOf(connection: SqlConnection): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, changes } = await connection.query(query.sql, query.parameters);
      return { rows: rows as unknown as R[], numAffectedRows: BigInt(changes) };
    },
    streamQuery() {
      throw new Error('Rows are read in pages');
    },
  };
}
