import { type MetadataStore, ModelkeepError } from '@modelkeep/core/spi';
import { sqlMetadataStore } from '@modelkeep/metadata-sql';
import { type OpenPool, postgresDialect } from './postgres-dialect.ts';
import type { PostgresPool } from './postgres-pool.ts';

const MAX_CONNECTIONS = 10;
const CONNECT_MS = 10_000;
const STATEMENT_MS = 30_000;

export interface PostgresMetadataOptions {
  /** Address of the database: `postgresql://user:password@host:5432/name?sslmode=verify-full`. Either this or `pool`. */
  readonly url?: string;
  /** A pool of the `pg` package that the caller made and ends. */
  readonly pool?: PostgresPool;
  /** Most connections of a pool that is made from `url`. Default: 10. */
  readonly maxConnections?: number;
  /** Milliseconds that one statement may take before its call fails. Default: 30,000. */
  readonly statementTimeoutMs?: number;
}

/**
 * A metadata store in a PostgreSQL database (14 or later) that any number of machines may use at once, also through a
 * pooler that lends a connection for one transaction. Fails with a retryable `storage-failed` while the database cannot be
 * reached, and works again by itself once it can.
 *
 * @throws ModelkeepError `invalid-argument` for options that name no database.
 */
export function postgresMetadata(options: PostgresMetadataOptions): MetadataStore {
  const { statementTimeoutMs = STATEMENT_MS } = options;
  if (!Number.isInteger(statementTimeoutMs) || statementTimeoutMs < 1) {
    throw invalid('statementTimeoutMs must be a whole number of milliseconds above 0');
  }
  return sqlMetadataStore(postgresDialect(poolOf(options), statementTimeoutMs));
}

function poolOf({
  url,
  pool,
  maxConnections = MAX_CONNECTIONS,
}: PostgresMetadataOptions): OpenPool {
  if ((url === undefined) === (pool === undefined)) {
    throw invalid('give either url or pool');
  }
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw invalid('maxConnections must be a whole number above 0');
  }
  if (pool !== undefined) return async () => ({ pool, isOurs: false });
  const connectionString = url ?? '';
  checkUrl(connectionString);
  return async () => {
    const { default: pg } = await import('pg');
    return {
      isOurs: true,
      pool: new pg.Pool({
        connectionString,
        max: maxConnections,
        connectionTimeoutMillis: CONNECT_MS,
        keepAlive: true,
        application_name: 'modelkeep',
      }),
    };
  };
}

/** Looks at the address here, as the error of a later look would show it, with the password. */
function checkUrl(url: string): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === 'postgres:' || protocol === 'postgresql:') return;
  throw invalid('url must be an address like postgresql://user@host:5432/name');
}

function invalid(problem: string): ModelkeepError {
  return new ModelkeepError('invalid-argument', `PostgreSQL: ${problem}`);
}
