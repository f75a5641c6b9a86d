import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqlConnection, SqlResult } from '@modelkeep/metadata-sql';
import type { FrozenFile } from './frozen-file.ts';

const KEPT_STATEMENTS = 64;
/** A longer statement carries a list of its own length, and hardly comes again. */
const LONGEST_KEPT = 2000;

/** A SQLite handle as a connection. It answers at once: SQLite runs in this thread. */
export class SqliteConnection implements SqlConnection {
  readonly #handle: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  readonly #frozen: FrozenFile | undefined;

  constructor(handle: DatabaseSync, frozen: FrozenFile | undefined) {
    this.#handle = handle;
    this.#frozen = frozen;
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
    try {
      return run(this.#prepare(sql), parameters as readonly SQLInputValue[]);
    } finally {
      this.#frozen?.check();
    }
  }

  /** A writer takes the lock at once: to take it later, in mid-transaction, can only fail. */
  async begin(mode: 'read' | 'write'): Promise<void> {
    this.#handle.exec(mode === 'write' ? 'begin immediate' : 'begin');
  }

  async commit(): Promise<void> {
    this.#handle.exec('commit');
  }

  async rollback(): Promise<void> {
    // SQLite may have rolled back by itself, as it does when the disk is full.
    if (this.#handle.isTransaction) this.#handle.exec('rollback');
  }

  close(): void {
    this.#statements.clear();
    this.#handle.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#handle.prepare(sql);
    if (sql.length > LONGEST_KEPT) return statement;
    if (this.#statements.size >= KEPT_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }
}

function run(statement: StatementSync, values: readonly SQLInputValue[]): SqlResult {
  if (statement.columns().length > 0) return { rows: statement.all(...values), changes: 0 };
  return { rows: [], changes: Number(statement.run(...values).changes) };
}
