import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../../fresh-folder.ts';
import { modelkeep } from '../../rows/clients.ts';
import { runCommand } from '../../run-command.ts';
import type { Figures, ServerRow } from '../promise.ts';
import { rcloneSeconds, startSharedBench } from './shared-store.ts';

const MODEL = 'bench/one';
const HUB = [
  '--generated',
  `${MODEL}:model.safetensors:1G`,
  '--generated',
  `${MODEL}:config.json:600`,
];

/** A pull into a bucket, against the same pull to the local disk and a copy from there into the same server's bucket. */
export const sharedPull: ServerRow = {
  id: 'shared-pull',
  open: async ({ folder, tools }) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub(HUB));
    const shared = stack.use(await startSharedBench());
    const servers = stack.move();
    const scratch = join(folder, 'scratch');
    await mkdir(join(scratch, 'home'), { recursive: true });
    let rounds = 0;
    return {
      promises: [
        {
          work: 'pull 1 GiB into S3, with a folder on this machine',
          unit: 's',
          ours: 'pull into S3',
          theirs: 'pull to the disk, rclone copy',
          // At least 0.8 times the rate.
          bound: { kind: 'at most', times: 1 / 0.8 },
        },
      ],
      round: async (): Promise<Figures> => {
        rounds += 1;
        shared.renew();
        const node = await shared.node(await freshFolder(join(folder, 'nodes')), hub.url, {
          localTier: '10 GB',
        });
        const pulled = await node.run(scratch, 'pull', MODEL);
        if (!tools.has('rclone')) return { 'pull into S3': pulled.seconds };
        const home = await freshFolder(join(folder, 'local'));
        const local = await runCommand(modelkeep(home, hub.url, 'pull', MODEL), scratch);
        const copied = await rcloneSeconds(tools.path('rclone'), shared, [
          'copy',
          join(home, 'blobs'),
          `${shared.rclone.path}/copy-${rounds}`,
        ]);
        return {
          'pull into S3': pulled.seconds,
          'pull to the disk, rclone copy': local.seconds + copied,
        };
      },
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};
