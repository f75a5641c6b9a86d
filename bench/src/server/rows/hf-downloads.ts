import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../../fresh-folder.ts';
import { drain } from '../drain.ts';
import { hfDownload } from '../hf-download.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import type { ServerRow } from '../promise.ts';
import { warmUp } from '../warm-up.ts';
import { FILE, ONE_FILE, SHAPED } from './models.ts';

interface HfRow {
  readonly id: string;
  readonly work: string;
  readonly hub: readonly string[];
  readonly isWarm: boolean;
  readonly atMost: number;
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
        if (warm !== undefined) return hfDownload(stage, warm.url);
        await freshFolder(home);
        await using cold = await launchModelkeep({ home, upstream: hub.url });
        await warmUp(tools.path('curl'), cold.url);
        // Awaited: the server ends with this block.
        return await hfDownload(stage, cold.url);
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
            ? { 'through us': await throughUs(), direct: await hfDownload(stage, hub.url) }
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
