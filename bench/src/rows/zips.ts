import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../fresh-folder.ts';
import type { Contender, Row } from '../row.ts';
import { runCommand } from '../run-command.ts';
import { modelkeep } from './clients.ts';
import { ONE_FILE } from './pulls.ts';

/** A 1 GiB model written as a zip and read back, against the same as a tar; from a warm page cache. */
export const zips: Row = {
  id: 'zips',
  open: async ({ folder }) => {
    const home = join(folder, 'modelkeep');
    {
      await using hub = await launchFakeHub(ONE_FILE);
      await runCommand(modelkeep(home, hub.url, 'pull', 'bench/one'), folder);
    }
    const archive = (format: string): string => join(folder, `source.${format}`);
    const written = join(folder, 'written');
    const contenders: Contender[] = [];
    for (const [format, ours] of [
      ['zip', true],
      ['tar', false],
    ] as const) {
      const write = (file: string): ReturnType<typeof modelkeep> =>
        modelkeep(home, '', 'export', 'bench/one', '--format', format, '-o', file);
      await runCommand(write(archive(format)), folder);
      contenders.push(
        {
          name: `modelkeep export, ${format}`,
          ours,
          needs: [],
          prepare: async () => {
            await rm(written, { force: true });
            return write(written);
          },
        },
        {
          name: `modelkeep import, ${format}`,
          ours,
          needs: [],
          prepare: async () =>
            modelkeep(await freshFolder(join(folder, 'other')), '', 'import', archive(format)),
        },
      );
    }
    return {
      contenders,
      limits: [
        {
          work: 'export 1 GiB as zip',
          ours: 'modelkeep export, zip',
          theirs: 'modelkeep export, tar',
          limit: 1.3,
        },
        {
          work: 'import 1 GiB from zip',
          ours: 'modelkeep import, zip',
          theirs: 'modelkeep import, tar',
          limit: 1.3,
        },
      ],
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
