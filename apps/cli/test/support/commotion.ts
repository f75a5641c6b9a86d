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

/**
 * Commands on one model, each of `workers` one after the other: `steps` of them, as the seed has it. Each fails clearly or not at
 * all. Returns how often each ended how: `pull: done`.
 */
export async function commotion(
  model: KeptModel,
  workers: readonly Bench[],
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Promise<ReadonlyMap<string, number>> {
  const { id } = model;
  const [bench] = workers;
  if (bench === undefined) return new Map();
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
  const outcomes = new Map<string, number>();
  const step = async (worker: Bench, args: readonly string[]): Promise<string> => {
    const said = await worker.run([...args, '--json']);
    if (said.status === 0) return 'done';
    const { code } = errorOf(said);
    const what = `SEED=${seed}: ${args.join(' ')}: ${said.stdout}${said.stderr}`;
    expect(CLEAR[args[0] ?? ''] ?? [], what).toContain(code);
    return code;
  };
  const work = async (worker: Bench, index: number): Promise<void> => {
    const random = dice(`${seed} ${index}`);
    for (let count = 0; count < steps; count += 1) {
      const args = random.pick(commands);
      const outcome = `${args[0]}: ${await step(worker, args)}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(workers.map(work));
  return outcomes;
}
