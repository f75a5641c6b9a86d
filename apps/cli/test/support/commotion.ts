import { join } from 'node:path';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { expect } from 'vitest';
import type { Bench } from '../modelkeep.ts';
import { handMade } from './hand-made.ts';
import { type ModelFiles, madeUpBytes } from './model-files.ts';
import { errorOf } from './pulls.ts';
import { dice } from './seeded.ts';
import type { KeptModel } from './store-on-disk.ts';

const FILES: ModelFiles = {
  'model.safetensors': madeUpBytes('weights', 3_000_000),
  'vocab.txt': madeUpBytes('vocab', 300_000),
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`notes/${index}.txt`, `note ${index}`]),
  ),
};

/** What may be said instead of success, when somebody else was faster: the code by command. */
const CLEAR: Readonly<Record<string, readonly string[]>> = {
  pull: ['conflict'],
  import: ['conflict'],
  rm: ['model-not-cached'],
  path: ['model-not-cached', 'conflict'],
  export: ['model-not-cached'],
};

export async function contestedModel(hub: FakeHub): Promise<KeptModel> {
  const commit = await hub.addModel({ id: 'org/model', files: FILES });
  return { id: 'org/model', commit, files: FILES };
}

export interface CommotionOptions {
  readonly seed: number;
  readonly steps: number;
  readonly wanted: readonly string[];
  readonly least: number;
}

/**
 * Commands on one model, each of `workers` one after the other: `steps` of them and, as who is faster is up to the machine, more
 * until each of `wanted` has ended well `least` times, as the seed has it. Each fails clearly or not at all.
 */
export async function commotion(
  model: KeptModel,
  workers: readonly Bench[],
  { seed, steps, wanted, least }: CommotionOptions,
): Promise<void> {
  const { id } = model;
  const [bench] = workers;
  if (bench === undefined) return;
  const folder = await handMade(join(bench.folder, 'by-hand'), id, model.commit, model.files);
  const archive = join(bench.folder, 'model.tar');
  await bench.json(['pull', id]);
  await bench.json(['export', id, '-o', archive]);
  const commands = [
    ...[
      ['pull', id],
      ['import', archive],
      ['import', folder],
      ['rm', id, '--yes'],
    ],
    ...[['pull', id], ['rm', id, '--yes'], ['path', id], ['gc'], ['ls'], ['verify'], ['du']],
  ];
  const done = new Map<string, number>();
  const isEnough = (): boolean => wanted.every((name) => (done.get(name) ?? 0) >= least);
  const step = async (worker: Bench, [name = '', ...args]: readonly string[]): Promise<void> => {
    const said = await worker.run([name, ...args, '--json']);
    if (said.status === 0) {
      done.set(name, (done.get(name) ?? 0) + 1);
      return;
    }
    const what = `SEED=${seed}: ${[name, ...args].join(' ')}: ${said.stdout}${said.stderr}`;
    expect(CLEAR[name] ?? [], what).toContain(errorOf(said).code);
  };
  const work = async (worker: Bench, index: number): Promise<void> => {
    const random = dice(`${seed} ${index}`);
    for (let count = 0; count < steps || !isEnough(); count += 1)
      await step(worker, random.pick(commands));
  };
  await Promise.all(workers.map(work));
}
