import { link, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../fresh-folder.ts';
import type { Row } from '../row.ts';
import { runCommand } from '../run-command.ts';
import { modelkeep } from './clients.ts';
import { ONE_FILE } from './pulls.ts';

/** A 1 GiB model written as a tar, and read back; both sides read the same inode from a warm page cache. */
export const archives: Row = {
  id: 'archives',
  memoryBytes: 2 * 1024 ** 3,
  open: async (stage) => {
    const { folder, tools } = stage;
    const home = join(folder, 'modelkeep');
    {
      await using hub = await launchFakeHub(ONE_FILE);
      await runCommand(modelkeep(home, hub.url, 'pull', 'bench/one'), folder);
    }
    const plain = join(folder, 'plain');
    await mkdir(join(plain, 'model'), { recursive: true });

    const commit = await readFile(join(home, 'hub/models--bench--one/refs/main'), 'utf8');
    for (const name of ['model.safetensors', 'config.json']) {
      const path = join(home, 'hub/models--bench--one/snapshots', commit, name);
      await link(await realpath(path), join(plain, 'model', name));
    }
    const source = join(folder, 'source.tar');
    await runCommand(modelkeep(home, '', 'export', 'bench/one', '-o', source), folder);
    const written = join(folder, 'written.tar');
    const other = join(folder, 'other');
    return {
      contenders: [
        {
          name: 'modelkeep export',
          ours: true,
          needs: [],
          prepare: async () => {
            await rm(written, { force: true });
            return modelkeep(home, '', 'export', 'bench/one', '-o', written);
          },
        },
        {
          name: 'tar cf',
          ours: false,
          needs: ['tar'],
          prepare: async () => {
            await rm(written, { force: true });
            return { argv: [tools.path('tar'), '-C', plain, '-cf', written, 'model'] };
          },
        },
        {
          name: 'modelkeep import',
          ours: true,
          needs: [],
          prepare: async () => {
            await rm(written, { force: true });
            return modelkeep(await freshFolder(other), '', 'import', source);
          },
        },
        {
          name: 'tar xf; openssl dgst',
          ours: false,
          needs: ['tar', 'openssl', 'sh'],
          prepare: async () => {
            await freshFolder(other);
            const script = `${tools.path('tar')} xf '${source}' -C '${other}' && ${tools.path('openssl')} dgst -sha256 '${other}'/*/model/model.safetensors`;
            return { argv: [tools.path('sh'), '-c', script] };
          },
        },
      ],
      limits: [
        { work: 'export 1 GiB', ours: 'modelkeep export', theirs: 'tar cf', limit: 1.15 },
        {
          work: 'import 1 GiB',
          ours: 'modelkeep import',
          theirs: 'tar xf; openssl dgst',
          limit: 0.8,
        },
      ],
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
