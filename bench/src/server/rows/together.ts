import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../../fresh-folder.ts';
import { throughput } from '../drain.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import type { Figures, ServerRow } from '../promise.ts';
import { warmUp } from '../warm-up.ts';
import { FILE, FILE_BYTES, ONE_FILE, SHAPED } from './models.ts';

const CLIENTS = 32;

/** Clients that ask for a cold file at the same time, against one that fetches it by itself. */
export const together: ServerRow = {
  id: 'server-together',
  open: async ({ folder, tools }) => {
    const hub = await launchFakeHub([...ONE_FILE, ...SHAPED]);
    const home = join(folder, 'modelkeep');
    const curl = tools.path('curl');
    return {
      promises: [
        {
          work: `${CLIENTS} clients of one cold file of 1 GiB at once: the slowest, 50 MB/s per connection`,
          unit: 's',
          ours: 'the slowest through us',
          theirs: 'one direct',
          bound: { kind: 'at most', times: 1.2 },
        },
        {
          work: 'bytes of it that the Hub sent, against its size',
          unit: 'MB',
          ours: 'sent by the Hub',
          theirs: 'size',
          bound: { kind: 'at most', times: 1 },
        },
      ],
      round: async (): Promise<Figures> => {
        await freshFolder(home);
        await using server = await launchModelkeep({ home, upstream: hub.url });
        await warmUp(curl, server.url);
        await hub.resetCounters();
        const ours = await throughput(curl, server, `${server.url}${FILE}`, CLIENTS);
        const { bodyBytes } = await hub.stats();
        const direct = await throughput(curl, server, `${hub.url}${FILE}`, 1);
        return {
          'the slowest through us': ours.seconds,
          'one direct': direct.seconds,
          'sent by the Hub': bodyBytes / 1e6,
          size: FILE_BYTES / 1e6,
        };
      },
      [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
    };
  },
};
