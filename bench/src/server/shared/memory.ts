import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { drain, throughput } from '../drain.ts';
import type { ServerRow } from '../promise.ts';
import { FILE, ONE_FILE } from '../rows/models.ts';
import { watchMemory } from '../watch-memory.ts';
import { startSharedBench } from './shared-store.ts';

const READERS = 50;
const MOST_MB = 300;
/** So that they are at it at the same time. */
const EACH = ['--limit-rate', '20M'];
const LARGE = '/bench/large/resolve/main/model.safetensors';
const HUB = [...ONE_FILE, '--generated', 'bench/large:model.safetensors:4G'];

/** Memory while many read from the bucket at once, and while a large file comes in. */
export const sharedMemory: ServerRow = {
  id: 'shared-memory',
  once: true,
  open: async ({ folder, tools }) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub(HUB));
    const shared = stack.use(await startSharedBench());
    const node = await shared.node(folder, hub.url, { localTier: '10 GB' });
    const filling = await node.serve();
    await drain(tools.path('curl'), `${filling.url}${FILE}`);
    await filling[Symbol.asyncDispose]();
    const reader = await shared.node(folder, hub.url);
    const ours = stack.use(await reader.serve());
    const servers = stack.move();
    return {
      promises: [
        {
          work: `resident memory under ${READERS} reads at once of 1 GiB in S3, at most`,
          unit: 'MB',
          ours: 'reads',
          bound: { kind: 'limit', value: MOST_MB },
        },
        {
          work: 'resident memory while a cold file of 4 GiB goes to a client and into S3, at most',
          unit: 'MB',
          ours: 'cold',
          bound: { kind: 'limit', value: MOST_MB },
        },
      ],
      round: async () => {
        const curl = tools.path('curl');
        const warm = watchMemory(ours);
        await throughput(curl, ours, `${ours.url}${FILE}`, READERS, EACH);
        const reads = await warm.stop();
        const writer = await shared.node(folder, hub.url, { localTier: '10 GB' });
        await using server = await writer.serve();
        const cold = watchMemory(server);
        await drain(curl, `${server.url}${LARGE}`);
        const fills = await cold.stop();
        return { reads: Math.max(...reads) / 1e6, cold: Math.max(...fills) / 1e6 };
      },
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};
