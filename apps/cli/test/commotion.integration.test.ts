import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { describe, it } from 'vitest';
import { createBench } from './modelkeep.ts';
import { expectTidy, expectWhole } from './support/after-a-kill.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { commotion, contestedModel } from './support/commotion.ts';
import { chooseSeed } from './support/seeded.ts';

const SEED = chooseSeed('commotion');
const STEPS = ON_OTHER_BACKENDS ? 16 : 40;

describe('processes that pull, import and remove one model at once', () => {
  it('fail clearly or not at all, and leave a store that is right', async () => {
    await using hub = await startFakeHub();
    const model = await contestedModel(hub);
    await using bench = await createBench({ HF_ENDPOINT: hub.url });
    const workers = [bench, bench, bench, bench];
    const wanted = ['pull', 'import', 'rm'];
    await commotion(model, workers, { seed: SEED, steps: STEPS, wanted, least: STEPS / 8 });

    await expectTidy(bench, await expectWhole(bench, [[], [model]]));
    await bench.json(['pull', model.id]);
    await expectTidy(bench, [model]);
    await bench.json(['rm', model.id, '--yes']);
    await expectTidy(bench, []);
  });
});
