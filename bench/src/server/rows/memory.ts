import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { throughput } from '../drain.ts';
import { launchModelkeep, type ModelkeepServer } from '../modelkeep-server.ts';
import type { ServerProcess } from '../process.ts';
import type { ServerRow } from '../promise.ts';
import { warmUp } from '../warm-up.ts';
import { watchMemory } from '../watch-memory.ts';

const HUB: readonly string[] = [
  ...['--generated', 'bench/large:model.safetensors:8G'],
  ...['--generated', 'bench/warm:model.safetensors:8M'],
  ...['--generated', 'bench/warm:config.json:600'],
];
const LARGE = '/bench/large/resolve/main/model.safetensors';
const SMALL = '/bench/warm/resolve/main/config.json';
const FOLLOWERS = 32;
const MOST_MB = 300;
/** How much more the last third of the time may need than the first. */
const FLAT = 1.2;
/** Many, so that what the garbage collector has not looked at yet counts little. */
const IDLE = 8_000;
const AT_ONCE = 50;
const SETTLE_MS = 2_000;
const MOST_IDLE_KB = 16;

/** Memory under many followers of one large cold file, and of connections that do nothing. */
export const memory: ServerRow = {
  id: 'server-memory',
  once: true,
  open: async ({ folder, tools }) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub(HUB));
    const servers = stack.move();
    // One for each: what many connections leave in the heap is no part of what followers need.
    const fresh = (name: string): Promise<ModelkeepServer> =>
      launchModelkeep({ home: join(folder, name), upstream: hub.url });
    return {
      promises: [
        {
          work: `resident memory under ${FOLLOWERS} followers of one cold file of 8 GiB, at most`,
          unit: 'MB',
          ours: 'peak',
          bound: { kind: 'limit', value: MOST_MB },
        },
        {
          work: 'the same in the last third of the time against the first',
          unit: 'MB',
          ours: 'last third',
          theirs: 'first third',
          bound: { kind: 'at most', times: FLAT },
        },
        {
          work: 'resident memory of an idle connection',
          unit: 'KB',
          ours: 'idle connection',
          bound: { kind: 'limit', value: MOST_IDLE_KB },
        },
      ],
      round: async () => {
        const curl = tools.path('curl');
        const idle = await withServer(fresh('idle'), (ours) =>
          idleKilobytes(ours, `${ours.url}${SMALL}`),
        );
        const samples = await withServer(fresh('followed'), async (ours) => {
          const watch = watchMemory(ours);
          await throughput(curl, ours, `${ours.url}${LARGE}`, FOLLOWERS);
          return (await watch.stop()).map((bytes) => bytes / 1e6);
        });
        const third = Math.ceil(samples.length / 3);
        return {
          peak: Math.max(...samples),
          'first third': Math.max(...samples.slice(0, third)),
          'last third': Math.max(...samples.slice(-third)),
          'idle connection': idle,
        };

        async function withServer<Result>(
          launching: Promise<ModelkeepServer>,
          measure: (ours: ModelkeepServer) => Promise<Result>,
        ): Promise<Result> {
          await using ours = await launching;
          await warmUp(curl, ours.url);
          return await measure(ours);
        }
      },
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};

/** What a connection adds that has had its answer and is kept open, in a server that has answered as many before. */
async function idleKilobytes(server: ServerProcess, url: string): Promise<number> {
  const few = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  for (let asked = 0; asked < IDLE; asked += AT_ONCE) await askAll(url, few);
  few.destroy();
  await delay(SETTLE_MS);
  const before = server.residentBytes();
  const agents: Agent[] = [];
  for (let asked = 0; asked < IDLE; asked += AT_ONCE) {
    // An agent of its own, so that none of the connections that are idle already is used again.
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, maxFreeSockets: AT_ONCE });
    agents.push(agent);
    await askAll(url, agent);
  }
  await delay(SETTLE_MS);
  const after = server.residentBytes();
  for (const agent of agents) agent.destroy();
  return (after - before) / IDLE / 1000;
}

async function askAll(url: string, agent: Agent): Promise<void> {
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      request(url, { method: 'HEAD', agent }, (response) => {
        response.resume().once('end', resolve);
      })
        .once('error', reject)
        .end();
    });
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
}
