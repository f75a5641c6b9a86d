import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { load } from '../load.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import type { Promised, ServerRow } from '../promise.ts';

const MODELS: readonly string[] = [
  ...['--small-files', 'bench/many:2000:4K'],
  ...['--small-files', 'bench/few:10:4K'],
];
const QUESTIONS = [
  { name: 'model info', path: (model: string) => `/api/models/${model}` },
  { name: 'tree', path: (model: string) => `/api/models/${model}/tree/main?recursive=true` },
] as const;
const REQUESTS = 3_000;
const WARM_UP = 1_000;

const promised = QUESTIONS.map(
  ({ name }): Promised => ({
    work: `warm ${name} of a repository of 2,000 files against one of 10: 99 of 100 within`,
    unit: 'ms',
    ours: `${name}, 2,000 files`,
    theirs: `${name}, 10 files`,
    bound: { kind: 'at most', times: 3, plus: 10 },
  }),
);

/** Whether the answers about a large repository hold others up. */
export const manyFiles: ServerRow = {
  id: 'server-many-files',
  open: async ({ folder, tools }) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub(MODELS));
    const home = join(folder, 'modelkeep');
    const ours = stack.use(await launchModelkeep({ home, upstream: hub.url, withUser: true }));
    const servers = stack.move();
    const { token } = ours;
    const p99 = async (path: string): Promise<number> => {
      const asked = { url: `${ours.url}${path}`, method: 'GET' as const, token };
      await load(tools.path('ab'), folder, { ...asked, requests: WARM_UP });
      return (await load(tools.path('ab'), folder, { ...asked, requests: REQUESTS })).p99Ms;
    };
    return {
      promises: promised,
      round: async () => {
        const figures: Record<string, number> = {};
        if (!tools.has('ab')) return figures;
        for (const { name, path } of QUESTIONS) {
          figures[`${name}, 2,000 files`] = await p99(path('bench/many'));
          figures[`${name}, 10 files`] = await p99(path('bench/few'));
        }
        return figures;
      },
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};
