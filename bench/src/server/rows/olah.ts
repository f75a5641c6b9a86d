import { join } from 'node:path';
import { type FakeHubProcess, launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../../fresh-folder.ts';
import type { Stage } from '../../row.ts';
import { throughput } from '../drain.ts';
import { hfDownload } from '../hf-download.ts';
import { load } from '../load.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import { launchOlah } from '../peers/olah.ts';
import type { ServerProcess } from '../process.ts';
import type { Figures, Promised, ServerRow } from '../promise.ts';
import { FILE, ONE_FILE, SHAPED } from './models.ts';

const OURS = 'modelkeep';
const THEIRS = 'Olah';
/** Few: it asks the Hub for each of them. */
const REQUESTS = 320;

function promised(work: string, unit: Promised['unit'], figure: string): Promised {
  const name = (who: string): string => `${who}, ${figure}`;
  return { work, unit, ours: name(OURS), theirs: name(THEIRS), bound: { kind: 'none' } };
}

/** The same work through Olah, which streams while it stores, as we do, but proves nothing. */
export const olah: ServerRow = {
  id: 'server-olah',
  open: async (stage) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub([...ONE_FILE, ...SHAPED]));
    const servers = stack.move();
    return {
      promises: [
        promised('cold `hf download` of 1 GiB, 50 MB/s per connection, 30 ms', 's', 'cold'),
        promised('then, warm: GET of 1 GiB, 1 client', 'GB/s', 'warm'),
        promised('the same: resident memory after it', 'MB', 'memory'),
        promised('warm HEAD, 32 connections', 'requests/s', 'HEAD'),
      ],
      round: async () => {
        if (!stage.tools.has('hf', 'ab', 'olah')) return {};
        const home = (name: string): Promise<string> => freshFolder(join(stage.folder, name));
        return {
          ...(await measure(stage, OURS, await launchOurs(await home(OURS), hub))),
          ...(await measure(stage, THEIRS, await launchTheirs(stage, await home(THEIRS), hub))),
        };
      },
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};

type Peer = ServerProcess & { readonly url: string };

function launchOurs(home: string, hub: FakeHubProcess): Promise<Peer> {
  return launchModelkeep({ home, upstream: hub.url });
}

function launchTheirs({ tools }: Stage, home: string, hub: FakeHubProcess): Promise<Peer> {
  return launchOlah(tools.path('olah'), home, hub);
}

async function measure(stage: Stage, name: string, launched: Peer): Promise<Figures> {
  await using server = launched;
  const { tools, folder } = stage;
  const cold = await hfDownload(stage, server.url);
  const warm = await throughput(tools.path('curl'), server, `${server.url}${FILE}`, 1);
  const memory = server.residentBytes() / 1e6;
  const heads = await load(tools.path('ab'), folder, {
    ...{ url: `${server.url}${FILE}`, method: 'HEAD', requests: REQUESTS },
  });
  return {
    [`${name}, cold`]: cold,
    [`${name}, warm`]: warm.gigabytesPerSecond,
    [`${name}, memory`]: memory,
    [`${name}, HEAD`]: heads.requestsPerSecond,
  };
}
