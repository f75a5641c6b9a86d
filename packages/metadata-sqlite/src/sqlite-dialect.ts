import { ModelkeepError } from '@modelkeep/core/spi';
import type { LeaseHolders, SqlDialect } from '@modelkeep/metadata-sql';
import { FrozenFile } from './frozen-file.ts';
import { type OpenedFile, openFile, openForReading } from './open-file.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { isBusy, translate } from './sqlite-errors.ts';

interface Open {
  readonly connection: SqliteConnection;
  readonly mode: OpenedFile['mode'];
  /** Set where the file is read without locks. */
  readonly frozen: FrozenFile | undefined;
}

/** A SQLite file as a SQL database, over one handle. */
export function sqliteDialect(file: string, holders: LeaseHolders): SqlDialect {
  let current: Open | undefined;

  function connect(open: (file: string) => OpenedFile): Open {
    const { handle, mode } = open(file);
    const frozen = mode === 'immutable' ? new FrozenFile(file) : undefined;
    return { connection: new SqliteConnection(handle, frozen), mode, frozen };
  }

  /** The handle; a new one if the file that it read without locks was changed. */
  function fresh(): Open {
    if (current === undefined) {
      throw new ModelkeepError('storage-failed', `The index ${file} is not open`);
    }
    if (current.frozen === undefined || current.frozen.isUnchanged()) return current;
    const next = connect(openForReading);
    current.connection.close();
    current = next;
    return next;
  }

  return {
    name: 'SQLite',
    language: 'sqlite',
    holders,
    async open() {
      current = connect(openFile);
    },
    async close() {
      current?.connection.close();
      current = undefined;
    },
    async acquire() {
      return fresh().connection;
    },
    async release() {},
    isReadOnly: () => current !== undefined && current.mode !== 'write',
    isBusy,
    translate: (error) => translate(error, file),
  };
}
