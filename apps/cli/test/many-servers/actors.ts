import { setTimeout as sleep } from 'node:timers/promises';
import { type ModelFiles, madeUpBytes } from '../support/model-files.ts';
import { type Dice, dice } from '../support/seeded.ts';
import type { Node } from './fleet.ts';
import type { ModelHistory } from './history.ts';

const MIB = 2 ** 20;
const PATIENCE_MS = 20_000;
const PATHS = ['config.json', 'model.safetensors', 'extra.bin'];

/** The files of a version: two of three are large enough for a flight, and one of those stays for two versions. */
export function filesOf(seed: number, version: number): ModelFiles {
  return {
    'config.json': JSON.stringify({ seed, version }),
    'model.safetensors': madeUpBytes(`${seed}/${version}`, 2 * MIB + 17),
    'extra.bin': madeUpBytes(`${seed}/${version >> 1}`, MIB + 1000),
  };
}

interface WholeAnswer {
  readonly commit: string;
  readonly body: Uint8Array;
  /** It says itself that the source could not be asked, and how old it is. */
  readonly isStale: boolean;
}

/** The answer to a GET that came whole, or undefined for one that did not. */
export async function getWhole(url: string): Promise<WholeAnswer | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const body = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 200) return undefined;
    return {
      commit: answer.headers.get('x-repo-commit') ?? '',
      body,
      isStale: answer.headers.get('x-modelkeep-cache') === 'stale',
    };
  } catch {
    return undefined;
  }
}

/** Reads files of the branch, and of commits, wherever they are. */
export async function readFiles(
  history: ModelHistory,
  nodes: readonly Node[],
  random: Dice,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const { url } = random.pick(nodes).server;
    const path = random.pick(PATHS);
    const revision = random.below(3) === 0 ? random.pick(history.commits) : 'main';
    const since = history.newest();
    const got = await getWhole(`${url}/${history.id}/resolve/${revision}/${path}`);
    if (got === undefined) await sleep(20);
    else {
      history.gotWhole(got.commit, path, got.body);
      if (revision === 'main' && !got.isStale) history.sawMain(got.commit, since, url);
      else if (revision !== 'main' && got.commit !== revision)
        history.violated(`${revision} was ${got.commit}`);
    }
  }
}

interface Job {
  readonly id: string;
  readonly state: string;
  readonly result: { readonly commit: string } | null;
}

/** Has a server pull the model; returns the commit it says is stored, or undefined if nobody said so. */
export async function pull(url: string, id: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const ask = async (path: string, init: RequestInit = {}): Promise<Job> => {
    const answer = await fetch(`${url}/-/api/v1${path}`, { ...init, signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()) as Job;
  };
  try {
    let job = await ask('/pulls', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: id }),
    });
    while (job.state === 'queued' || job.state === 'running') {
      await sleep(30);
      job = await ask(`/jobs/${job.id}`);
    }
    return job.state === 'done' ? job.result?.commit : undefined;
  } catch {
    return undefined;
  }
}

/** Pulls the model again and again, wherever. */
export async function pullAlways(
  history: ModelHistory,
  nodes: readonly Node[],
  seed: string,
  isOver: () => boolean,
): Promise<void> {
  const random = dice(seed);
  while (!isOver()) {
    const commit = await pull(random.pick(nodes).server.url, history.id);
    if (commit === undefined) await sleep(20);
    else history.acknowledge(commit);
  }
}
