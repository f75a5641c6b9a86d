import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultyProxy, type PostgresServer, startFaultyProxy } from '@modelkeep/test-servers';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import type { Bench } from '../modelkeep.ts';
import { type Dice, dice } from '../support/seeded.ts';
import { type SharedStore, startSharedServers } from '../support/shared-store.ts';
import { filesOf, PATHS, pullAlways, readFiles } from './actors.ts';
import { checkOffline, readUntil, recover } from './check-end.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type ModelHistory, modelHistory } from './history.ts';
import {
  type Chores,
  collectAlways,
  evictAlways,
  noChores,
  settleEvictions,
} from './housekeeping.ts';
import { LEASE_MS, NEMESES } from './nemesis.ts';

const MIB = 2 ** 20;
const RUN_MS = 1200;
const PATIENCE_MS = 60_000;
/** Garbage collections, and evictions, that end well in a run at least. */
const CYCLES_A_RUN = 2;
const READERS = 3;
const PULLERS = 2;
/** Two at once have to get on with each other. */
const COLLECTORS = 2;
/** The one of a run, and the one of the run before. */
const MODELS = 2;
const PINNED = 'org/pinned';

/** Three servers with all they stand on, in which one run after the other takes place. */
export interface Lane extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly store: SharedStore;
  readonly postgres: PostgresServer;
  readonly proxy: FaultyProxy;
  readonly fleet: Fleet;
  /** Another machine, that looks at the store. */
  readonly collector: Bench;
  /** What is pinned, and never changes. */
  readonly pinned: ModelHistory;
  /** Of all runs so far, the last one first. */
  readonly histories: ModelHistory[];
  readonly chores: Chores;
}

/** `skewed`: the clocks of two servers are an hour fast and an hour slow. */
export async function openLane(skewed: boolean): Promise<Lane> {
  const servers = await startSharedServers({ bytesPerSecond: 2 * MIB });
  const proxy = await startFaultyProxy(servers.s3.endpoint);
  const store = await servers.store('S3', {
    s3Endpoint: proxy.endpoint,
    config: [`fetch: { leaseTtlMs: ${LEASE_MS} }`, 'server: { freshSeconds: 0 }'],
  });
  const fleet = await startFleet(store, 3, skewed ? [{}, clockOff('+1h'), clockOff('-1h')] : []);
  if (skewed) await expectSkew(fleet);
  const collector = await store.node();
  return {
    collector,
    pinned: await pinModel(servers.hub, fleet),
    histories: [],
    chores: noChores(),
    hub: servers.hub,
    store,
    postgres: servers.postgres,
    proxy,
    fleet,
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]();
      await collector[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await servers[Symbol.asyncDispose]();
    },
  };
}

async function pinModel(hub: FakeHub, fleet: Fleet): Promise<ModelHistory> {
  const pinned = modelHistory(PINNED);
  pinned.moved(await hub.addModel({ id: PINNED, files: filesOf(0, 0) }), filesOf(0, 0));
  await recover(fleet.nodes.slice(0, 1), pinned);
  const answer = await fetch(
    `${fleet.nodes[0]?.server.url}/-/api/v1/models/${encodeURIComponent(`hf@${PINNED}`)}`,
    {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pinned: true }),
    },
  );
  if (!answer.ok) throw new Error(`the model could not be pinned: ${await answer.text()}`);
  return pinned;
}

/** Environment of a program whose clock is off. The program `faketime` itself would stay between it and its signals. */
function clockOff(by: string): Record<string, string> {
  const args = ['--exclude-monotonic', '-f', by, 'printenv'];
  const { stdout } = spawnSync('faketime', args, { encoding: 'utf8' });
  const lines = stdout.split('\n').map((line) => line.split('=', 2) as [string, string]);
  return Object.fromEntries(
    lines.filter(([name]) =>
      /^(FAKETIME|DONT_FAKE_MONOTONIC|FAKETIME_DONT_FAKE_MONOTONIC|LD_PRELOAD)$/.test(name),
    ),
  );
}

async function expectSkew({ nodes }: Fleet): Promise<void> {
  for (const { server } of nodes.slice(1)) {
    const { headers } = await fetch(`${server.url}/-/healthz`);
    const apart = Math.abs(Date.parse(headers.get('date') ?? '') - Date.now());
    if (!(apart > 50 * 60_000)) throw new Error('faketime does not change the clock of a server');
  }
}

export interface RunResult {
  readonly nemesis: string;
  readonly history: ModelHistory;
  readonly violations: readonly string[];
}

/** One run: clients read and pull a model whose branch moves, and one of a run before, while something goes wrong; then all is looked at. */
export async function runHistory(lane: Lane, seed: number, index: number): Promise<RunResult> {
  const { hub, fleet, histories, chores } = lane;
  const { nodes } = fleet;
  const history = modelHistory(`org/model-${seed}`);
  const names = Object.keys(NEMESES);
  const nemesis = names[index % names.length] ?? '';
  const random = dice(`${seed}/nemesis`);
  history.moved(await hub.addModel({ id: history.id, files: filesOf(seed, 0) }), filesOf(seed, 0));
  histories.unshift(history);
  const active = histories.slice(0, MODELS);
  let isOver = false;
  const over = (): boolean => isOver;
  const diceOf = (actor: string): Dice => dice(`${seed}/${actor}`);
  const actors = [
    ...Array.from({ length: READERS }, (_, reader) =>
      readFiles(active, nodes, diceOf(`reader-${reader}`), over),
    ),
    ...Array.from({ length: PULLERS }, (_, puller) =>
      pullAlways(active, nodes, diceOf(`puller-${puller}`), over),
    ),
    moveBranch(hub, history, seed, over),
    ...Array.from({ length: COLLECTORS }, (_, collector) =>
      collectAlways(nodes, diceOf(`collector-${collector}`), chores, over),
    ),
    evictAlways(nodes, diceOf('evictor'), histories, chores, over),
  ];
  const { collections, evictions } = chores;
  const isBusy = (): boolean =>
    Math.min(chores.collections - collections, chores.evictions - evictions) < CYCLES_A_RUN;
  await sleep(100 + random.below(400));
  await Promise.all([NEMESES[nemesis]?.({ ...lane, random }), sleep(RUN_MS)]);
  // A slow machine takes longer for as much.
  for (const patience = performance.now() + PATIENCE_MS; isBusy() && performance.now() < patience; )
    await sleep(20);
  isOver = true;
  await Promise.all(actors);
  await checkEnd(lane, active, random);
  return { nemesis, history, violations: active.flatMap(({ violations }) => violations) };
}

async function moveBranch(
  hub: FakeHub,
  history: ModelHistory,
  seed: number,
  isOver: () => boolean,
): Promise<void> {
  const random = dice(`${seed}/branch`);
  for (let version = 1; ; version += 1) {
    await sleep(300 + random.below(300));
    if (isOver()) return;
    const files = filesOf(seed, version);
    // Known before anybody can be told of it.
    const commit = await hub.commit(history.id, { files });
    history.moved(commit, files);
  }
}

/** All is healed: what was evicted comes anew, and what must be there is there, without any source. */
async function checkEnd(lane: Lane, active: readonly ModelHistory[], random: Dice): Promise<void> {
  const { hub, fleet, histories } = lane;
  const [history, ...before] = active;
  if (history === undefined) return;
  await settleEvictions(fleet.nodes, histories);
  const newest = await Promise.all([
    recover(fleet.nodes, history),
    ...before.map(async (one) => {
      const node = random.pick(fleet.nodes);
      const last = await recover([node], one);
      await readUntil(node.server.url, one, one.commits[0] ?? '', random.pick(PATHS));
      return last;
    }),
  ]);
  await hub.stop();
  try {
    await Promise.all([
      ...active.map((one, index) => checkOffline(lane, one, newest[index] ?? -1)),
      checkOffline(lane, lane.pinned, 0),
    ]);
  } finally {
    await hub.restart();
  }
}
