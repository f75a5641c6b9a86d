import type * as NodeSqlite from 'node:sqlite';

/**
 * SQLite as Node brings it. Loaded at the first use, and without the warning that Node 22 prints to every user about an
 * interface that it has not declared final yet: which parts of it we use is tested on each Node that we support.
 */
export function loadSqlite(): typeof NodeSqlite {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
