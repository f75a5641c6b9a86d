import { link, mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import type { Tools } from '../../tools.ts';
import { drain, type Throughput, throughput } from '../drain.ts';
import { launchModelkeep, type ModelkeepServer } from '../modelkeep-server.ts';
import { launchNginx, type Nginx } from '../peers/nginx.ts';
import type { Figures, Promised, ServerRow } from '../promise.ts';
import { FILE, ONE_FILE } from './models.ts';

const CLIENTS: readonly number[] = [1, 16];
const LEAST: Readonly<Record<number, number>> = { 1: 0.9, 16: 0.8 };
const MOST_CPU = 1.5;
/** Downloads one after the other for each figure of a single client, whose processor time is short. */
const REPEATS = 3;

function promises(clients: number): Promised[] {
  const work = `warm GET of 1 GiB, ${clients} ${clients === 1 ? 'client' : 'clients'}`;
  const least = LEAST[clients] ?? 1;
  return [
    {
      work,
      unit: 'GB/s',
      ours: `modelkeep, ${clients}`,
      theirs: `nginx, ${clients}`,
      bound: { kind: 'at least', times: least },
    },
    {
      work: `${work}: processor of the server`,
      unit: 'CPU s/GiB',
      ours: `modelkeep, ${clients}, CPU`,
      theirs: `nginx, ${clients}, CPU`,
      bound: { kind: 'at most', times: MOST_CPU },
    },
  ];
}

/** A file that is cached, against nginx that serves the same inode; the faster of its two ways counts. */
export const warmGet: ServerRow = {
  id: 'server-warm-get',
  open: async ({ folder, tools }) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub(ONE_FILE));
    const home = join(folder, 'modelkeep');
    const ours = stack.use(await launchModelkeep({ home, upstream: hub.url }));
    await drain(tools.path('curl'), `${ours.url}${FILE}`);
    const peers = tools.has('nginx') ? await bothWays(stack, folder, home, tools) : [];
    const servers = stack.move();
    return {
      promises: CLIENTS.flatMap(promises),
      round: () => round(tools, ours, peers),
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};

async function bothWays(
  stack: AsyncDisposableStack,
  folder: string,
  home: string,
  tools: Tools,
): Promise<Nginx[]> {
  const repository = join(home, 'hub/models--bench--one');
  const commit = await readFile(join(repository, 'refs/main'), 'utf8');
  const blob = await realpath(join(repository, 'snapshots', commit, 'model.safetensors'));
  const root = join(folder, 'root');
  await mkdir(join(root, FILE, '..'), { recursive: true });
  await link(blob, join(root, FILE));
  const program = tools.path('nginx');
  return [
    stack.use(await launchNginx(program, folder, root, true)),
    stack.use(await launchNginx(program, folder, root, false)),
  ];
}

async function round(
  tools: Tools,
  ours: ModelkeepServer,
  peers: readonly Nginx[],
): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const clients of CLIENTS) {
    const times = clients === 1 ? REPEATS : 1;
    const measure = (server: ModelkeepServer | Nginx): Promise<Throughput> =>
      best(times, () => throughput(tools.path('curl'), server, `${server.url}${FILE}`, clients));
    note(figures, `modelkeep, ${clients}`, await measure(ours));
    const found: Throughput[] = [];
    for (const peer of peers) found.push(await measure(peer));
    const [faster] = found.toSorted((a, b) => b.gigabytesPerSecond - a.gigabytesPerSecond);
    if (faster !== undefined) note(figures, `nginx, ${clients}`, faster);
  }
  return figures;
}

function note(figures: Record<string, number>, name: string, found: Throughput): void {
  figures[name] = found.gigabytesPerSecond;
  figures[`${name}, CPU`] = found.cpuSecondsPerGib;
}

/** The fastest of several, with the mean of their processor time. */
async function best(times: number, measure: () => Promise<Throughput>): Promise<Throughput> {
  const found: Throughput[] = [];
  for (let time = 0; time < times; time += 1) found.push(await measure());
  return {
    gigabytesPerSecond: Math.max(...found.map((each) => each.gigabytesPerSecond)),
    cpuSecondsPerGib: found.reduce((sum, each) => sum + each.cpuSecondsPerGib, 0) / times,
    seconds: Math.min(...found.map((each) => each.seconds)),
  };
}
