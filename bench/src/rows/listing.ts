import { join } from 'node:path';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { fillIndex } from '../fill-index.ts';
import type { Contender, Row } from '../row.ts';
import { runCommand } from '../run-command.ts';
import { modelkeep } from './clients.ts';

const MANY = 10_000;
const FEW = 100;

/** `ls` of a large store against the same of a small one. */
export const listing: Row = {
  id: 'ls',
  open: async ({ folder }) => {
    const contender = async (name: string, count: number): Promise<Contender> => {
      const home = join(folder, `store-${count}`);
      await runCommand(modelkeep(home, '', 'ls'), folder);
      await fillIndex(sqliteMetadata({ file: join(home, 'index.db') }), count);
      return {
        name,
        ours: true,
        needs: [],
        prepare: async () => modelkeep(home, '', 'ls'),
      };
    };
    return {
      contenders: [await contender('ls of 10,000', MANY), await contender('ls of 100', FEW)],
      limits: [
        {
          work: 'ls with 10,000 entries',
          ours: 'ls of 10,000',
          theirs: 'ls of 100',
          limit: 3,
        },
      ],
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
