import { ModelkeepError } from '@modelkeep/core/spi';
import type { SqlConnection, SqlResult } from '@modelkeep/metadata-sql';
import { ConnectionLost, endsConnection, StatementTimeout } from './postgres-errors.ts';
import type { PostgresClient, PostgresResult } from './postgres-pool.ts';

/** How much longer than the server we wait for a statement: it tells the reason, we only that nothing came. */
const GRACE_MS = 5000;
/** Most that a transaction waits for a row that another one holds; then it begins anew. */
const LOCK_MS = 5000;

/** A connection lent by the pool. Whatever ends a statement oddly ends the connection with it. */
export class PostgresConnection implements SqlConnection {
  readonly #client: PostgresClient;
  readonly #statementMs: number;
  #broken: unknown;
  #inTransaction = false;

  constructor(client: PostgresClient, statementMs: number) {
    this.#client = client;
    this.#statementMs = statementMs;
    // Without a listener an error between two statements would end the process.
    client.on('error', this.#onError);
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
    const { rows, rowCount } = await this.#run(sql, parameters);
    return { rows, changes: rowCount ?? 0 };
  }

  /** One message, and settings that end with the transaction: a pooler may lend this connection to others in between. */
  async begin(mode: 'read' | 'write'): Promise<void> {
    const isolation = mode === 'read' ? 'repeatable read, read only' : 'read committed, read write';
    this.#inTransaction = true;
    await this.#run(
      [
        `begin isolation level ${isolation}`,
        `set local statement_timeout = ${this.#statementMs}`,
        `set local idle_in_transaction_session_timeout = ${this.#statementMs}`,
        `set local lock_timeout = ${LOCK_MS}`,
      ].join('; '),
    );
  }

  async commit(): Promise<void> {
    if (this.#broken !== undefined) throw new ConnectionLost(this.#broken);
    try {
      await this.#run('commit');
      this.#inTransaction = false;
    } catch (error) {
      if (this.#broken === undefined) throw error;
      const message =
        'The connection to PostgreSQL broke while a change was being committed: it may be stored or not; look, or try again';
      throw new ModelkeepError('storage-failed', message, { cause: error, retryable: true });
    }
  }

  async rollback(): Promise<void> {
    if (this.#broken !== undefined) return;
    try {
      await this.#run('rollback');
      this.#inTransaction = false;
    } catch (error) {
      // Ending the connection rolls back too.
      this.#broken ??= error;
    }
  }

  release(): void {
    this.#client.off('error', this.#onError);
    this.#client.release(this.#broken !== undefined || this.#inTransaction);
  }

  readonly #onError = (error: Error): void => {
    this.#broken ??= error;
  };

  async #run(sql: string, parameters?: readonly unknown[]): Promise<PostgresResult> {
    if (this.#broken !== undefined) throw new ConnectionLost(this.#broken);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const ms = this.#statementMs + GRACE_MS;
      timer = setTimeout(() => reject(new StatementTimeout(ms)), ms);
    });
    try {
      return await Promise.race([this.#client.query(sql, parameters), late]);
    } catch (error) {
      if (!endsConnection(error)) throw error;
      this.#broken ??= error;
      throw error instanceof StatementTimeout ? error : new ConnectionLost(error);
    } finally {
      clearTimeout(timer);
    }
  }
}
