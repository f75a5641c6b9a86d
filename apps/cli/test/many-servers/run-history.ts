import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultyProxy, type PostgresServer, startFaultyProxy } from '@modelkeep/test-servers';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import type { Bench } from '../modelkeep.ts';
import { sha256 } from '../support/model-files.ts';
import { dice } from '../support/seeded.ts';
import { type SharedStore, startSharedServers } from '../support/shared-store.ts';
import { filesOf, getWhole, pull, pullAlways, readFiles } from './actors.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type ModelHistory, modelHistory } from './history.ts';
import { LEASE_MS, NEMESES } from './nemesis.ts';

const MIB = 2 ** 20;
const RUN_MS = 1200;
const READERS = 3;
const PULLERS = 2;

/** Three servers with all they stand on, in which one run after the other takes place. */
export interface Lane extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly store: SharedStore;
  readonly postgres: PostgresServer;
  readonly proxy: FaultyProxy;
  readonly fleet: Fleet;
  /** A machine that collects garbage meanwhile. */
  readonly collector: Bench;
}

/** `skewed`: the clocks of two servers are an hour fast and an hour slow. */
export async function openLane(skewed: boolean): Promise<Lane> {
  const hub = await startFakeHub({ bytesPerSecond: 2 * MIB });
  const servers = await startSharedServers();
  const proxy = await startFaultyProxy(servers.s3.endpoint);
  const store = await servers.store(
    'S3',
    { HF_ENDPOINT: hub.url },
    {
      s3Endpoint: proxy.endpoint,
      config: [`fetch: { leaseTtlMs: ${LEASE_MS} }`, 'server: { freshSeconds: 0 }'],
    },
  );
  const fleet = await startFleet(store, 3, skewed ? [{}, clockOff('+1h'), clockOff('-1h')] : []);
  if (skewed) await expectSkew(fleet);
  const collector = await store.node();
  return {
    collector,
    hub,
    store,
    postgres: servers.postgres,
    proxy,
    fleet,
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]();
      await collector[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await servers[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
    },
  };
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
  /** Garbage collections that ended well meanwhile. */
  readonly collections: number;
  readonly nemesis: string;
  readonly history: ModelHistory;
}

/** One run: clients read and pull a model whose branch moves, while something goes wrong; then all is looked at. */
export async function runHistory(lane: Lane, seed: number, index: number): Promise<RunResult> {
  const { hub, fleet } = lane;
  const history = modelHistory(`org/model-${seed}`);
  const names = Object.keys(NEMESES);
  const nemesis = names[index % names.length] ?? '';
  const random = dice(`${seed}/nemesis`);
  history.moved(await hub.addModel({ id: history.id, files: filesOf(seed, 0) }), filesOf(seed, 0));
  let isOver = false;
  const over = (): boolean => isOver;
  const actors = [
    ...Array.from({ length: READERS }, (_, reader) =>
      readFiles(history, fleet.nodes, dice(`${seed}/reader-${reader}`), over),
    ),
    ...Array.from({ length: PULLERS }, (_, puller) =>
      pullAlways(history, fleet.nodes, `${seed}/puller-${puller}`, over),
    ),
    moveBranch(hub, history, seed, over),
  ];
  const collecting = collectAlways(lane.collector, over);
  await sleep(100 + random.below(400));
  await Promise.all([NEMESES[nemesis]?.({ ...lane, random }), sleep(RUN_MS)]);
  isOver = true;
  await Promise.all(actors);
  const collections = await collecting;
  await checkEnd(lane, history);
  return { nemesis, history, collections };
}

async function collectAlways(collector: Bench, isOver: () => boolean): Promise<number> {
  let collections = 0;
  while (!isOver()) {
    const { status } = await collector.run(['gc', '--json']);
    if (status === 0) collections += 1;
  }
  return collections;
}

/** What a collection leaves, once nobody works: every object is in the index, and every one of those is used. */
export async function leaksOf({ collector, store }: Lane): Promise<unknown> {
  await collector.json(['gc']);
  const { unreferencedBytes } = (await collector.json(['du'])) as { unreferencedBytes: number };
  const known = store.postgres.psql(store.database, 'select digest from blobs').trim().split('\n');
  const objects = await readdir(join(store.folder, 'blobs/sha256'), { recursive: true });
  const stored = new Set(
    objects.map((path) => basename(path)).filter((name) => name.length === 64),
  );
  return {
    unreferencedBytes,
    unknownObjects: [...stored].filter((digest) => !known.includes(digest)),
    lostObjects: known.filter((digest) => !stored.has(digest)),
  };
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

/** All is healed: what was acknowledged is there, without any source; the index has the newest commit; nothing in the bucket is wrong. */
async function checkEnd({ hub, fleet, store }: Lane, history: ModelHistory): Promise<void> {
  const last = await settled(fleet, history);
  const entry = store.postgres.psql(
    store.database,
    `select commit_hash from entries where key = 'hf@${history.id}'`,
  );
  history.sawMain(entry.trim(), last, 'the index');
  await hub.stop();
  try {
    for (const { server } of fleet.nodes) {
      const got = await getWhole(`${server.url}/${history.id}/resolve/main/config.json`);
      if (got === undefined) {
        history.violated(`main cannot be read at ${server.url} without its source`);
        continue;
      }
      history.gotWhole(got.commit, 'config.json', got.body);
      if (!got.isStale) history.sawMain(got.commit, last, server.url);
    }
    for (const commit of history.acknowledged) {
      for (const path of ['config.json', 'model.safetensors', 'extra.bin']) {
        const { url } = fleet.nodes[history.commits.indexOf(commit) % 3]?.server ?? { url: '' };
        const got = await getWhole(`${url}/${history.id}/resolve/${commit}/${path}`);
        if (got === undefined) history.violated(`${path}@${commit} was acknowledged and is gone`);
        else history.gotWhole(got.commit, path, got.body);
      }
    }
    for (const digest of history.kept) {
      const file = join(store.folder, 'blobs/sha256', digest.slice(0, 2), digest);
      const bytes = await readFile(file).catch(() => undefined);
      if (bytes === undefined) history.violated(`the blob ${digest} was read and is gone`);
      else if (sha256(bytes) !== digest) history.violated(`the blob ${digest} is another one`);
    }
  } finally {
    await hub.restart();
  }
}

/** Waits until every server can pull again. Returns the newest commit that one of them acknowledged. */
async function settled({ nodes }: Fleet, history: ModelHistory): Promise<number> {
  for (const node of nodes) {
    let commit: string | undefined;
    for (let tries = 0; commit === undefined && tries < 20; tries += 1) {
      commit = await pull(node.server.url, history.id);
      if (commit === undefined) await sleep(200);
    }
    if (commit === undefined) history.violated(`${node.server.url} did not recover`);
    else history.acknowledge(commit);
  }
  // A server goes by what it was told of the branch last, should the source be away: each has asked once more.
  for (const { server } of nodes) {
    const main = `${server.url}/${history.id}/resolve/main/config.json`;
    for (let tries = 0; tries < 50; tries += 1) {
      const got = await getWhole(main);
      if (got !== undefined && !got.isStale) break;
      await sleep(100);
    }
  }
  return history.newest();
}
