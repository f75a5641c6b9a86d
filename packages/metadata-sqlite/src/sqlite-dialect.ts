import { ModelkeepError } from '@modelkeep/core/spi';
import type { LeaseHolders, SqlDialect } from '@modelkeep/metadata-sql';
import { type OpenedFile, openFile, openForReading, openForWriting } from './open-file.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { isBusy, translate } from './sqlite-errors.ts';

interface Open extends OpenedFile {
  readonly connection: SqliteConnection;
}

/** A SQLite file as a SQL database, over one handle. */
export function sqliteDialect(file: string, holders: LeaseHolders): SqlDialect {
  let current: Open | undefined;
  let next: Open | undefined;

  /** The handle for a caller who now has it alone: the next one, if there is a better one. */
  function acquire(): SqliteConnection {
    if (current === undefined) {
      throw new ModelkeepError('storage-failed', `The index ${file} is not open`);
    }
    if (next === undefined && current.frozen?.isUnchanged() === false) {
      const { notWritable } = current;
      next = connected({ ...openForReading(file), notWritable });
    }
    if (next !== undefined) {
      current.connection.close();
      current = next;
      next = undefined;
    }
    return current.connection;
  }

  return {
    name: 'SQLite',
    language: 'sqlite',
    holders,
    async open() {
      current = connected(openFile(file));
    },
    async close() {
      current?.connection.close();
      next?.connection.close();
      current = next = undefined;
    },
    acquire: async () => acquire(),
    async release() {},
    refusal() {
      if ((next ?? current)?.notWritable === undefined) return undefined;
      try {
        next = connected(openForWriting(file));
        return undefined;
      } catch (error) {
        return translate(error, file);
      }
    },
    isBusy,
    translate: (error) => translate(error, file),
  };
}

function connected(opened: OpenedFile): Open {
  return { ...opened, connection: new SqliteConnection(opened.handle, opened.frozen) };
}
