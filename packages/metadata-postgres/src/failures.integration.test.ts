import { isModelkeepError, type MetadataStore } from '@modelkeep/core/spi';
import { requires } from '@modelkeep/test-requirements';
import { type PostgresServer, startPostgres } from '@modelkeep/test-servers';
import { keepModel, modelIds } from '@modelkeep/testkit/memory';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PostgresPool, postgresMetadata } from './index.ts';

requires('postgresql');

const LONG = 60_000;

let postgres: PostgresServer;
let database: string;
let url: string;
let opened: MetadataStore[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  database = postgres.createDatabase();
  url = postgres.url(database);
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});
beforeEach(() => postgres.emptyDatabase(database));
afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
});

async function opening(
  options: { readonly statementTimeoutMs?: number } = {},
): Promise<MetadataStore> {
  const store = postgresMetadata({ url, ...options });
  await store.open();
  opened.push(store);
  return store;
}

async function failureOf(call: Promise<unknown>): Promise<{ code: string; retryable: boolean }> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isModelkeepError(error)) throw new Error(`No error of ours: ${String(error)}`);
  return { code: error.code, retryable: error.retryable };
}

const UNREACHABLE = { code: 'storage-failed', retryable: true };

/** Ends every connection to the database, as a restart or a fail-over does. */
function cutConnections(): void {
  postgres.psql(
    'postgres',
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
  );
}

describe('a connection that is cut', () => {
  it('is made anew, and the caller does not learn of it', async () => {
    const store = await opening();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => keepModel(store, `org/${name}`)));
    for (let round = 0; round < 5; round += 1) {
      cutConnections();
      expect(await modelIds(store)).toHaveLength(4 + round);
      cutConnections();
      await keepModel(store, `org/later-${round}`);
    }
  });

  it('in mid-transaction leaves nothing of it, and the transaction is run again', async () => {
    const store = await opening();
    await keepModel(store, 'org/model');
    const other = new pg.Client({ connectionString: url });
    other.on('error', () => undefined);
    await other.connect();
    await other.query('begin');
    await other.query("select * from entries where key = 'hf@org/model' for update");
    const pinning = store.setPinned('hf@org/model', true);
    await vi.waitUntil(() => waiting() === 1, { timeout: LONG, interval: 20 });
    cutConnections();
    expect(await pinning).toBe(true);
    await other.end().catch(() => undefined);
    expect((await store.getEntry('hf@org/model'))?.pinned).toBe(true);
  });
});

/** How many connections wait for a row that another one holds. */
function waiting(): number {
  return Number(
    postgres.psql(database, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"),
  );
}

describe('a server that is down', () => {
  it('gives an error worth another try, at once, and works again by itself', async () => {
    const store = await opening();
    await keepModel(store, 'org/model');
    for (const mode of ['fast', 'crash'] as const) {
      await postgres.stop(mode);
      expect(await failureOf(modelIds(store))).toEqual(UNREACHABLE);
      expect(await failureOf(store.setPinned('hf@org/model', true))).toEqual(UNREACHABLE);
      await postgres.start();
      expect(await modelIds(store)).toEqual(['org/model']);
      expect(await store.setPinned('hf@org/model', true)).toBe(true);
    }
  });

  it('fails the start', async () => {
    await postgres.stop();
    expect(await failureOf(postgresMetadata({ url }).open())).toEqual(UNREACHABLE);
    await postgres.start();
  });

  it('or that hangs ends with the time limit, or with an abort', async () => {
    const store = await opening({ statementTimeoutMs: 3000 });
    await keepModel(store, 'org/model');
    postgres.freeze();
    try {
      const reason = { why: 'enough' };
      const controller = new AbortController();
      const call = store.setPinned('hf@org/model', true, { signal: controller.signal });
      controller.abort(reason);
      await expect(call).rejects.toBe(reason);
      expect(await failureOf(store.getEntry('hf@org/model'))).toEqual(UNREACHABLE);
    } finally {
      postgres.thaw();
    }
    expect(await modelIds(store)).toEqual(['org/model']);
  });
});

describe('transactions that meet', () => {
  it('run again when they lock each other out', async () => {
    const store = await opening();
    const request = { owner: 'me', ttlMs: LONG };
    await store.acquireLeases(['a', 'b'], request);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    // The one that looks for a deadlock first is ended: ours.
    await other.query("begin; set local deadlock_timeout = '1 min'");
    await other.query("select * from leases where key = 'b' for update");
    const granting = store.acquireLeases(['a', 'b'], request);
    await vi.waitUntil(() => waiting() === 1, { timeout: LONG, interval: 20 });
    await other.query("select * from leases where key = 'a' for update");
    await other.query('commit');
    await other.end();
    expect(await granting).toHaveLength(2);
  });

  it('give way once one has slept too long, and that one stores nothing', async () => {
    const store = await opening();
    await keepModel(store, 'org/model');
    const pool = new pg.Pool({ connectionString: url });
    const [changed, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const statementTimeoutMs = 1000;
    const sleeping = sleepingBeforeCommit(pool, changed.resolve, awake.promise);
    const sleeper = postgresMetadata({ pool: sleeping, statementTimeoutMs });
    await sleeper.open();
    const asleep = failureOf(sleeper.touchEntry('hf@org/model', { lastUsed: 5, lastUsedBy: 'x' }));
    await changed.promise;
    expect(await store.setPinned('hf@org/model', true)).toBe(true);
    awake.resolve();
    expect(await asleep).toEqual(UNREACHABLE);
    await sleeper.close();
    await pool.end();
    const entry = await store.getEntry('hf@org/model');
    expect(entry).toMatchObject({ pinned: true });
    expect(entry).not.toHaveProperty('lastUsed');
  });
});

/** A pool whose connections sleep between a change and its commit, as a process that was stopped. */
function sleepingBeforeCommit(
  pool: PostgresPool,
  onChange: () => void,
  awake: Promise<void>,
): PostgresPool {
  return {
    end: () => pool.end(),
    on: (event, listener) => pool.on(event, listener),
    off: (event, listener) => pool.off(event, listener),
    async connect() {
      const client = await pool.connect();
      let changed = false;
      return {
        // A process that is stopped closes nothing.
        release: (destroy) => void awake.then(() => client.release(destroy)),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
        async query(text, values) {
          if (text === 'commit' && changed) await awake;
          const result = await client.query(text, values);
          if (text.startsWith('update')) {
            changed = true;
            onChange();
          }
          return result;
        },
      };
    },
  };
}
