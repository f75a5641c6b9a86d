import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresMetadata } from '@modelkeep/metadata-postgres';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { fillIndex } from '../../fill-index.ts';
import type { Figures, ServerRow } from '../promise.ts';
import { startSharedBench } from './shared-store.ts';

const ENTRIES = 10_000;
const NOWHERE = 'http://127.0.0.1:9';

/** `ls` of a large store, by the index in PostgreSQL and by the same in SQLite. */
export const sharedListing: ServerRow = {
  id: 'shared-ls',
  open: async ({ folder }) => {
    const shared = await startSharedBench();
    const scratch = join(folder, 'scratch');
    await mkdir(join(scratch, 'home'), { recursive: true });
    const postgres = await shared.node(folder, NOWHERE);
    const sqlite = await shared.node(folder, NOWHERE, { index: 'sqlite' });
    for (const node of [postgres, sqlite]) await node.run(scratch, 'ls');
    await fillIndex(postgresMetadata({ url: shared.databaseUrl }), ENTRIES);
    await fillIndex(sqliteMetadata({ file: join(sqlite.home, 'index.db') }), ENTRIES);
    return {
      promises: [
        {
          work: 'ls of 10,000 entries, by PostgreSQL against SQLite',
          unit: 's',
          ours: 'PostgreSQL',
          theirs: 'SQLite',
          bound: { kind: 'at most', times: 2 },
        },
      ],
      round: async (): Promise<Figures> => ({
        PostgreSQL: (await postgres.run(scratch, 'ls')).seconds,
        SQLite: (await sqlite.run(scratch, 'ls')).seconds,
      }),
      [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose](),
    };
  },
};
