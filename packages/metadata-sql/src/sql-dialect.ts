import type { ModelkeepError } from '@modelkeep/core/spi';

/** What a statement gave. */
export interface SqlResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows written by a statement that returns none. */
  readonly changes: number;
}

/** One connection to the database. Its calls are made one after another. */
export interface SqlConnection {
  /** `sql` has the placeholders of the dialect's language; `parameters` are strings, numbers and nulls. */
  query(sql: string, parameters: readonly unknown[]): Promise<SqlResult>;
  /** `read` sees one state of the database to the end; `write` may wait for other writers, or fail as {@link SqlDialect.isBusy}. */
  begin(mode: 'read' | 'write'): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Tells which holders of leases are gone, where the database and its users share a machine. */
export interface LeaseHolders {
  /** Describes this process; kept with its leases. Undefined if it cannot be described. */
  self(): string | undefined;
  /** Whether the process that `holder` describes is known to be gone. When in doubt: false. */
  isGone(holder: string): boolean;
}

/** What a database must bring to carry a metadata store. */
export interface SqlDialect {
  /** For people: `SQLite`, `PostgreSQL`. */
  readonly name: string;
  /** Decides quoting, placeholders, column types and row locks. `sqlite` is used over one connection at a time. */
  readonly language: 'sqlite' | 'postgres';
  /** Connects. Called once, before any other call. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** A connection for the caller alone, until it is released. */
  acquire(): Promise<SqlConnection>;
  release(connection: SqlConnection): Promise<void>;
  /** Asked before each change: why nothing can be written at this moment. Then a use is not noted, and every other change fails with it. Default: nothing stands against it. */
  refusal?(): ModelkeepError | undefined;
  /** Whether the same transaction may succeed in a moment: a lock is held, a deadlock was broken. */
  isBusy(error: unknown): boolean;
  /** The database's own error as ours: `no-space`, `storage-failed`. */
  translate(error: unknown): ModelkeepError;
  /** Default: a lease ends with its time only. */
  readonly holders?: LeaseHolders;
}
