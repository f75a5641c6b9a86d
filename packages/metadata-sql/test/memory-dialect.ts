import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import type { SqlDialect } from '../src/index.ts';

/** A dialect over a SQLite database in memory, with a log of what was begun. */
export interface MemoryDialect extends SqlDialect {
  readonly handle: DatabaseSync;
  readonly begun: ('read' | 'write')[];
}

export function memoryDialect(traits: Partial<SqlDialect> = {}): MemoryDialect {
  const handle = new DatabaseSync(':memory:');
  const begun: ('read' | 'write')[] = [];
  return {
    name: 'SQLite',
    language: 'sqlite',
    handle,
    begun,
    async open() {},
    async close() {},
    async acquire() {
      return {
        async query(sql, parameters) {
          const statement = handle.prepare(sql);
          const rows = statement.all(...(parameters as SQLInputValue[]));
          return { rows, changes: Number(handle.prepare('select changes() as n').get()?.['n']) };
        },
        async begin(mode) {
          begun.push(mode);
          handle.exec('begin');
        },
        commit: async () => handle.exec('commit'),
        rollback: async () => handle.exec('rollback'),
      };
    },
    async release() {},
    isBusy: () => false,
    translate: (cause) =>
      isModelkeepError(cause)
        ? cause
        : new ModelkeepError('storage-failed', `translated: ${String(cause)}`, { cause }),
    ...traits,
  };
}
