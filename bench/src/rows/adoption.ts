import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../fresh-folder.ts';
import type { Row } from '../row.ts';
import { runCommand } from '../run-command.ts';
import { hf, modelkeep } from './clients.ts';
import { ONE_FILE } from './pulls.ts';

/** Fails if the store holds a copy of its own of the blob. */
async function checkShared(blob: string, home: string): Promise<void> {
  const { ino } = await stat(blob);
  const blobs = join(home, 'blobs/sha256');
  for (const folder of await readdir(blobs)) {
    for (const name of await readdir(join(blobs, folder)))
      if ((await stat(join(blobs, folder, name))).ino === ino) return;
  }
  throw new Error(`${home} holds a second copy of ${blob}`);
}

/** A Hugging Face cache of 1 GiB taken into an empty store. */
export const adoption: Row = {
  id: 'adopt',
  open: async (stage) => {
    const { folder, tools } = stage;
    const cache = join(folder, 'hf');
    {
      await using hub = await launchFakeHub(ONE_FILE);
      await runCommand(hf(stage, cache, hub.url, 'download', 'bench/one'), folder);
    }
    const repo = join(cache, 'hub/models--bench--one');
    const commit = await readFile(join(repo, 'refs/main'), 'utf8');
    const blob = join(repo, 'snapshots', commit, 'model.safetensors');
    const home = join(folder, 'modelkeep');
    return {
      contenders: [
        {
          name: 'modelkeep adopt',
          ours: true,
          needs: ['hf'],
          prepare: async () => modelkeep(await freshFolder(home), '', 'adopt', join(cache, 'hub')),
          check: () => checkShared(blob, home),
        },
        {
          name: 'openssl dgst',
          ours: false,
          needs: ['openssl'],
          prepare: async () => ({ argv: [tools.path('openssl'), 'dgst', '-sha256', blob] }),
        },
      ],
      limits: [
        { work: 'adopt 1 GiB', ours: 'modelkeep adopt', theirs: 'openssl dgst', limit: 1.2 },
      ],
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
