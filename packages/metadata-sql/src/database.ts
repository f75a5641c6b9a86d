import { setTimeout as sleep } from 'node:timers/promises';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { Kysely, type RawBuilder, sql } from 'kysely';
import { kyselyDialect } from './kysely-dialect.ts';
import type { SqlDialect } from './sql-dialect.ts';
import type { Tables } from './tables.ts';

export type Queries = Kysely<Tables>;

const BUSY_MS = 10_000;
const LONGEST_PAUSE_MS = 50;

/** Runs transactions: again while the database is busy, with its errors as ours. */
export class Database {
  readonly dialect: SqlDialect;
  readonly #queries: Queries;

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
    this.#queries = new Kysely<Tables>({ dialect: kyselyDialect(dialect) });
  }

  /** One statement that changes nothing. */
  select<T>(signal: AbortSignal | undefined, work: (db: Queries) => Promise<T>): Promise<T> {
    return this.attempt(signal, () => work(this.#queries));
  }

  /** Several statements that change nothing and see one state of the database. */
  read<T>(signal: AbortSignal | undefined, work: (db: Queries) => Promise<T>): Promise<T> {
    return this.attempt(signal, () =>
      this.#queries
        .transaction()
        .setAccessMode('read only')
        .execute((db) => work(db)),
    );
  }

  /** All of `work` or nothing, durable when it returns. `work` may be called more than once. */
  write<T>(signal: AbortSignal | undefined, work: (db: Queries) => Promise<T>): Promise<T> {
    const refusal = this.dialect.refusal?.();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.attempt(signal, () =>
      this.#queries.transaction().execute(async (db) => {
        const result = await work(db);
        signal?.throwIfAborted();
        return result;
      }),
    );
  }

  /** Does `work`, again with growing random pauses while the database is busy. */
  async attempt<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    let deadline: number | undefined;
    for (let tries = 0; ; tries += 1) {
      signal?.throwIfAborted();
      try {
        return await orAborted(work(), signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (isModelkeepError(error)) throw error;
        if (!this.dialect.isBusy(error)) throw this.dialect.translate(error);
        deadline ??= performance.now() + BUSY_MS;
        if (performance.now() > deadline) throw this.#stayedBusy(error);
      }
      await pause(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** tries), signal);
    }
  }

  #stayedBusy(cause: unknown): ModelkeepError {
    const message = `The ${this.dialect.name} index stayed busy for ${BUSY_MS / 1000} s; try again`;
    return new ModelkeepError('storage-failed', message, { cause, retryable: true });
  }

  /** The database's own clock, ms since the epoch. */
  get clock(): RawBuilder<number> {
    return this.dialect.language === 'sqlite'
      ? sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`
      : sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;
  }

  async now(db: Queries): Promise<number> {
    const { rows } = await sql<{ now: number }>`select ${this.clock} as now`.execute(db);
    return Number(rows[0]?.now);
  }

  /** Whether rows are locked one by one: else a writing transaction is alone anyway. */
  get locksRows(): boolean {
    return this.dialect.language === 'postgres';
  }

  /** How many rows of so many columns one statement may carry. */
  rowsPerStatement(columns: number): number {
    const limit = this.dialect.language === 'sqlite' ? 32_766 : 65_535;
    return Math.floor(limit / columns);
  }
}

/** What `work` gives, or the reason of an abort before that: the database may be far away and hang. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
