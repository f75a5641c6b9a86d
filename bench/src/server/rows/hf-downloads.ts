import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../../fresh-folder.ts';
import type { Stage } from '../../row.ts';
import { hf } from '../../rows/clients.ts';
import { runCommand } from '../../run-command.ts';
import { warmMemory } from '../../warm-memory.ts';
import { drain } from '../drain.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import type { ServerRow } from '../promise.ts';
import { warmUp } from '../warm-up.ts';
import { FILE, ONE_FILE, SHAPED } from './models.ts';

/** What a client and a server that store the file both put into the page cache. */
const MEMORY_BYTES = 2.5 * 1024 ** 3;

interface HfRow {
  readonly id: string;
  readonly work: string;
  readonly hub: readonly string[];
  readonly isWarm: boolean;
  readonly atMost: number;
}

/** Seconds of a whole `hf download` into an empty cache. */
async function download(stage: Stage, endpoint: string): Promise<number> {
  const scratch = join(stage.folder, 'scratch');
  await mkdir(join(scratch, 'home'), { recursive: true });
  const home = await freshFolder(join(stage.folder, 'hf'));
  warmMemory(MEMORY_BYTES);
  const { seconds } = await runCommand(hf(stage, home, endpoint, 'download', 'bench/one'), scratch);
  await freshFolder(home);
  return seconds;
}

/** `hf download` of 1 GiB through us against the same from the Hub itself. */
function hfRow({ id, work, hub: hubArguments, isWarm, atMost }: HfRow): ServerRow {
  return {
    id,
    open: async (stage) => {
      const { tools } = stage;
      await using stack = new AsyncDisposableStack();
      const hub = stack.use(await launchFakeHub(hubArguments));
      const home = join(stage.folder, 'modelkeep');
      const warm = isWarm
        ? stack.use(await launchModelkeep({ home, upstream: hub.url }))
        : undefined;
      if (warm !== undefined) await drain(tools.path('curl'), `${warm.url}${FILE}`);
      const servers = stack.move();
      const throughUs = async (): Promise<number> => {
        if (warm !== undefined) return download(stage, warm.url);
        await freshFolder(home);
        await using cold = await launchModelkeep({ home, upstream: hub.url });
        await warmUp(tools.path('curl'), cold.url);
        // Awaited: the server ends with this block.
        return await download(stage, cold.url);
      };
      return {
        promises: [
          {
            work,
            unit: 's',
            ours: 'through us',
            theirs: 'direct',
            bound: { kind: 'at most', times: atMost },
          },
        ],
        round: async () =>
          tools.has('hf')
            ? { 'through us': await throughUs(), direct: await download(stage, hub.url) }
            : {},
        [Symbol.asyncDispose]: () => servers.disposeAsync(),
      };
    },
  };
}

export const hfDownloads: readonly ServerRow[] = [
  hfRow({
    id: 'server-hf-warm',
    work: 'warm `hf download` of 1 GiB, unlimited Hub',
    hub: ONE_FILE,
    isWarm: true,
    atMost: 0.9,
  }),
  hfRow({
    id: 'server-hf-cold-shaped',
    work: 'cold `hf download` of 1 GiB, 50 MB/s per connection, 30 ms',
    hub: [...ONE_FILE, ...SHAPED],
    isWarm: false,
    atMost: 0.3,
  }),
  hfRow({
    id: 'server-hf-cold',
    work: 'cold `hf download` of 1 GiB, unlimited Hub',
    hub: ONE_FILE,
    isWarm: false,
    atMost: 1.1,
  }),
];
