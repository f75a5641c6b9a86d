import { randomUUID } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import * as spi from '@modelkeep/core/spi';

const TABLES = `pragma journal_mode = wal; pragma synchronous = full; pragma recursive_triggers = on;
  create table if not exists objects (key text primary key, size, modifiedAt, receipt);
  create table if not exists chunks (body, start, bytes, primary key (body, start)) without rowid;
  create trigger if not exists gone after delete on objects
    begin delete from chunks where body = old.receipt; end;`;

/** All objects in one SQLite file: a body is a list of chunks, and an object says which body is its. */
export function sqliteStorage(file: string): spi.Storage {
  let database: DatabaseSync | undefined;

  function run<T>(sql: string, ...values: SQLInputValue[]): T[] {
    try {
      database ??= new DatabaseSync(file, { timeout: 10_000 });
      return database.prepare(sql).all(...values) as T[];
    } catch (cause) {
      throw new spi.ModelkeepError('storage-failed', `${file}: ${String(cause)}`, { cause });
    }
  }

  function find(key: string, signal: AbortSignal | undefined): spi.StoredObject | undefined {
    signal?.throwIfAborted();
    spi.checkStorageKey(key);
    return run<spi.StoredObject>('select * from objects where key = ?', key)[0];
  }

  return {
    specificationVersion: 'v1',
    name: 'SQLite file',
    features: { conditionalWrite: true },
    async open() {
      run('select 1');
      database?.exec(TABLES);
    },
    close: async () => database?.close(),
    stat: async (key, { signal } = {}) => find(key, signal),
    async read(key, { start = 0, end = Number.POSITIVE_INFINITY, signal } = {}) {
      const object = find(key, signal);
      if (object === undefined) throw new spi.ModelkeepError('object-not-found', `no ${key}`);
      const last = Math.min(end, object.size);
      const sql = 'select * from chunks where body = ? and start <= ? order by start desc limit 1';
      let at = start;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          signal?.throwIfAborted();
          if (at >= last) return controller.close();
          const [chunk] = run<{ start: number; bytes: Uint8Array }>(sql, object.receipt, at);
          if (chunk === undefined) throw new spi.ModelkeepError('storage-failed', `${key} went`);
          const bytes = chunk.bytes.subarray(at - chunk.start, last - chunk.start);
          at += bytes.byteLength;
          controller.enqueue(bytes);
        },
      });
    },
    async write(key, body, { size, signal, onlyIfAbsent = false } = {}) {
      find(key, signal);
      let length = 0;
      const [receipt, modifiedAt] = [randomUUID(), Date.now()];
      try {
        for await (const bytes of spi.abortable(body, signal)) {
          if (bytes.length > 0) run('insert into chunks values (?,?,?)', receipt, length, bytes);
          length += bytes.byteLength;
        }
        if (length !== (size ?? length)) {
          throw new spi.ModelkeepError('storage-failed', `${key}: ${length} bytes, not ${size}`);
        }
        // One statement, so that of several writers one is the last, or the only one.
        const otherwise = onlyIfAbsent ? 'ignore' : 'replace';
        const sql = `insert or ${otherwise} into objects values (?,?,?,?) returning key`;
        const stored = run(sql, key, length, modifiedAt, receipt);
        if (stored.length === 0)
          throw new spi.ModelkeepError('conflict', `${key} is there already`);
        return { key, size: length, modifiedAt, receipt };
      } catch (error) {
        run('delete from chunks where body = ?', receipt);
        throw error;
      }
    },
    async delete(key, { signal } = {}) {
      if (find(key, signal) !== undefined) run('delete from objects where key = ?', key);
    },
    async *list(prefix, { signal } = {}) {
      const sql = `select * from objects where key > ? and substr(key, 1, ?) = ? order by key`;
      for (let after: string | undefined = ''; after !== undefined; ) {
        const rows: spi.StoredObject[] = run(`${sql} limit 100`, after, prefix.length, prefix);
        for (const row of rows) {
          signal?.throwIfAborted();
          yield row;
        }
        after = rows.at(-1)?.key;
      }
    },
  };
}
