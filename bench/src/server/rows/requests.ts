import { join } from 'node:path';
import { type FakeHubProcess, launchFakeHub } from '@modelkeep/testkit/fake-hub';
import type { Tools } from '../../tools.ts';
import { drain } from '../drain.ts';
import { type Load, load } from '../load.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import { type BareHttp, type KeptAnswer, launchBareHttp } from '../peers/bare-http.ts';
import type { Figures, ServerRow } from '../promise.ts';

/** A model such as most are: a description of some kilobytes. */
const MODEL: readonly string[] = [
  ...['--generated', 'bench/one:model.safetensors:8M'],
  ...['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'].flatMap(
    (name) => ['--generated', `bench/one:${name}:600`],
  ),
];
const REQUESTS = 60_000;
const WARM_UP = 20_000;
const KINDS = [
  { name: 'HEAD', method: 'HEAD', path: '/bench/one/resolve/main/model.safetensors', least: 0.55 },
  { name: 'model info', method: 'GET', path: '/api/models/bench/one', least: 0.3 },
] as const;
const MOST_P99_MS = 30;

/** Small answers from a warm cache to clients that have a token, against the same bytes from memory. */
export const requests: ServerRow = {
  id: 'server-requests',
  open: async ({ folder, tools }) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub(MODEL));
    const home = join(folder, 'modelkeep');
    const ours = stack.use(await launchModelkeep({ home, upstream: hub.url, withUser: true }));
    const { token } = ours;
    await drain(tools.path('curl'), `${ours.url}${KINDS[0].path}`, [
      ...['--header', `Authorization: Bearer ${token}`],
    ]);
    const bare = new Map<string, BareHttp>();
    for (const { name, method, path } of KINDS) {
      const answer = await answerOf(`${ours.url}${path}`, method, token);
      bare.set(name, stack.use(await launchBareHttp(folder, name, answer)));
    }
    const servers = stack.move();
    return {
      promises: [
        ...KINDS.flatMap(({ name, least }) => [
          {
            work: `warm ${name} with a token, 32 connections`,
            unit: 'requests/s' as const,
            ours: `modelkeep, ${name}`,
            theirs: `node:http, ${name}`,
            bound: { kind: 'at least' as const, times: least },
          },
          {
            work: `warm ${name}: 99 of 100 within`,
            unit: 'ms' as const,
            ours: `modelkeep, ${name}, p99`,
            theirs: `node:http, ${name}, p99`,
            bound: { kind: 'limit' as const, value: MOST_P99_MS },
          },
        ]),
        {
          work: 'requests to the Hub meanwhile, within the time to live',
          unit: 'requests' as const,
          ours: 'upstream requests',
          bound: { kind: 'limit' as const, value: 0 },
        },
      ],
      round: async () => (tools.has('ab') ? round(folder, tools, hub, ours.url, token, bare) : {}),
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};

async function round(
  folder: string,
  tools: Tools,
  hub: FakeHubProcess,
  url: string,
  token: string | undefined,
  bare: ReadonlyMap<string, BareHttp>,
): Promise<Figures> {
  const figures: Record<string, number> = {};
  let upstream = 0;
  const ask = (what: Load): ReturnType<typeof load> => load(tools.path('ab'), folder, what);
  for (const { name, method, path } of KINDS) {
    const ours = { url: `${url}${path}`, method, token };
    // Its time to live may have ended since the last round: the source is asked once more, and then not for a while.
    await ask({ ...ours, requests: WARM_UP });
    await hub.resetCounters();
    const own = await ask({ ...ours, requests: REQUESTS });
    upstream += (await hub.stats()).requests;
    const theirs = { url: `${bare.get(name)?.url}/`, method, token };
    await ask({ ...theirs, requests: WARM_UP });
    const other = await ask({ ...theirs, requests: REQUESTS });
    figures[`modelkeep, ${name}`] = own.requestsPerSecond;
    figures[`node:http, ${name}`] = other.requestsPerSecond;
    figures[`modelkeep, ${name}, p99`] = own.p99Ms;
    figures[`node:http, ${name}, p99`] = other.p99Ms;
  }
  return { ...figures, 'upstream requests': upstream };
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

/** What we answer, once it comes from the cache. */
async function answerOf(
  url: string,
  method: string,
  token: string | undefined,
): Promise<KeptAnswer> {
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(url, { method, headers });
  const response = await fetch(url, { method, headers });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return {
    headers: Object.fromEntries([...response.headers].filter(([name]) => !HOP_BY_HOP.has(name))),
    body: await response.text(),
  };
}
