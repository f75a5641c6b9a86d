import { setTimeout as sleep } from 'node:timers/promises';
import { type ModelFiles, madeUpBytes } from '../support/model-files.ts';
import type { Dice } from '../support/seeded.ts';
import type { Node } from './fleet.ts';
import type { ModelHistory } from './history.ts';
import { runJob } from './jobs.ts';

const MIB = 2 ** 20;
const PATIENCE_MS = 20_000;
export const PATHS: readonly string[] = ['config.json', 'model.safetensors', 'extra.bin'];

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

/** Reads files of the branch of models, and of commits, wherever they are. */
export async function readFiles(
  histories: readonly ModelHistory[],
  nodes: readonly Node[],
  random: Dice,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const { url } = random.pick(nodes).server;
    const history = chooseModel(histories, random);
    const path = random.pick(PATHS);
    const revision = random.below(3) === 0 ? random.pick(history.commits) : 'main';
    const newest = history.newest();
    const since = performance.now();
    const got = await getWhole(`${url}/${history.id}/resolve/${revision}/${path}`);
    if (got === undefined) await sleep(20);
    else {
      history.gotWhole(got.commit, path, got.body, since);
      if (revision === 'main' && !got.isStale) history.sawMain(got.commit, newest, url);
      else if (revision !== 'main' && got.commit !== revision)
        history.violated(`${revision} was ${got.commit}`);
    }
  }
}

/** Mostly the first one; now and then another, so that it is not always in use. */
function chooseModel(histories: readonly ModelHistory[], random: Dice): ModelHistory {
  const [first] = histories;
  return first !== undefined && random.below(4) > 0 ? first : random.pick(histories);
}

/** Has a server pull the model, and notes the commit that it says is stored. Returns whether one said so. */
export async function pull(url: string, history: ModelHistory): Promise<boolean> {
  const job = await runJob<{ readonly commit: string }>(url, '/pulls', { model: history.id });
  if (job !== undefined) history.acknowledge(job.result.commit, job.since);
  return job !== undefined;
}

/** Pulls the models again and again, wherever. */
export async function pullAlways(
  histories: readonly ModelHistory[],
  nodes: readonly Node[],
  random: Dice,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const history = chooseModel(histories, random);
    if (!(await pull(random.pick(nodes).server.url, history))) await sleep(20);
  }
}
