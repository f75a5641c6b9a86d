import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { expectTidy, expectWhole } from './support/after-a-kill.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { handMade } from './support/hand-made.ts';
import { type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf } from './support/pulls.ts';
import { chooseSeed, dice } from './support/seeded.ts';
import type { KeptModel } from './support/store-on-disk.ts';

const SEED = chooseSeed('commotion');
const WORKERS = 4;
const STEPS = ON_OTHER_BACKENDS ? 16 : 40;
const FILES: ModelFiles = {
  'model.safetensors': madeUpBytes('weights', 3_000_000),
  'vocab.txt': madeUpBytes('vocab', 300_000),
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`notes/${index}.txt`, `note ${index}`]),
  ),
};

let hub: FakeHub;
let model: KeptModel;

beforeAll(async () => {
  hub = await startFakeHub();
  const commit = await hub.addModel({ id: 'org/model', files: FILES });
  model = { id: 'org/model', commit, files: FILES };
});
afterAll(() => hub[Symbol.asyncDispose]());

/** What may be said instead of success, when somebody else was faster: the code by command. */
const CLEAR: Readonly<Record<string, readonly string[]>> = {
  pull: ['conflict'],
  import: ['conflict'],
  rm: ['model-not-cached'],
  path: ['model-not-cached', 'conflict'],
  export: ['model-not-cached'],
};

async function step(bench: Bench, args: readonly string[]): Promise<string> {
  const said = await bench.run([...args, '--json']);
  if (said.status === 0) return 'done';
  const { code } = errorOf(said);
  expect(CLEAR[args[0] ?? ''] ?? [], `SEED=${SEED}: ${args.join(' ')}: ${said.stderr}`).toContain(
    code,
  );
  return code;
}

describe('processes that pull, import and remove one model at once', () => {
  it('fail clearly or not at all, and leave a store that is right', async () => {
    await using bench = await createBench({ HF_ENDPOINT: hub.url });
    const folder = await handMade(join(bench.folder, 'by-hand'), model.id, model.commit, FILES);
    const archive = join(bench.folder, 'model.tar');
    await bench.json(['pull', model.id]);
    await bench.json(['export', model.id, '-o', archive]);
    const commands = [
      ...[
        ['pull', model.id],
        ['import', archive],
        ['import', folder],
        ['rm', model.id, '--yes'],
      ],
      ...[['pull', model.id], ['rm', model.id, '--yes'], ['path', model.id], ['gc'], ['ls']],
      ...[['verify'], ['du']],
    ];
    const outcomes = new Map<string, number>();
    const work = async (worker: number): Promise<void> => {
      const random = dice(`${SEED} ${worker}`);
      for (let index = 0; index < STEPS; index += 1) {
        const args = random.pick(commands);
        const outcome = `${args[0]}: ${await step(bench, args)}`;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
    for (const outcome of ['pull: done', 'import: done', 'rm: done'])
      expect(outcomes.get(outcome), outcome).toBeGreaterThan(STEPS / 8);

    await expectTidy(bench, await expectWhole(bench, [[], [model]]));
    await bench.json(['pull', model.id]);
    await expectTidy(bench, [model]);
    await bench.json(['rm', model.id, '--yes']);
    await expectTidy(bench, []);
  });
});
