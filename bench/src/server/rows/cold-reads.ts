import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { freshFolder } from '../../fresh-folder.ts';
import { timeBody } from '../first-byte.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import type { Figures, ServerRow } from '../promise.ts';
import { warmUp } from '../warm-up.ts';
import { FILE, FILE_BYTES, ONE_FILE, SHAPED } from './models.ts';

const MIB = 1024 ** 2;
const MIDDLE = `${FILE_BYTES / 2}-${FILE_BYTES / 2 + MIB - 1}`;

/** The beginning and the middle of a file that the server does not have, nor anything else of its model. */
export const coldReads: ServerRow = {
  id: 'server-cold-reads',
  open: async ({ folder, tools }) => {
    const hub = await launchFakeHub([...ONE_FILE, ...SHAPED]);
    const home = join(folder, 'modelkeep');
    const curl = tools.path('curl');
    const cold = async <T>(ask: (url: string) => Promise<T>): Promise<T> => {
      await freshFolder(home);
      await using server = await launchModelkeep({ home, upstream: hub.url });
      await warmUp(curl, server.url);
      // Awaited: the server ends with this block.
      return await ask(`${server.url}${FILE}`);
    };
    return {
      promises: [
        {
          work: 'cold first byte of 1 GiB, 50 MB/s per connection, 30 ms',
          unit: 'ms',
          ours: 'through us',
          theirs: 'direct',
          bound: { kind: 'at most', times: 1.5, plus: 20 },
        },
        {
          work: 'cold 1 MiB range in the middle of it, to its end',
          unit: 'ms',
          ours: 'through us, range',
          theirs: 'direct, range',
          bound: { kind: 'limit', value: 150 },
        },
      ],
      round: async (): Promise<Figures> => {
        const direct = `${hub.url}${FILE}`;
        return {
          'through us': await cold(async (url) => firstByteMs(url)),
          direct: await firstByteMs(direct),
          'through us, range': await cold(async (url) => rangeMs(url)),
          'direct, range': await rangeMs(direct),
        };
      },
      [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
    };
  },
};

async function firstByteMs(url: string): Promise<number> {
  return (await timeBody(url, { leave: true })).firstByteSeconds * 1000;
}

async function rangeMs(url: string): Promise<number> {
  return (await timeBody(url, { range: MIDDLE })).seconds * 1000;
}
