import { describe, expect, it } from 'vitest';
import { expectFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf, pullBench } from './support/pulls.ts';
import { type SlowModel, type Started, slowModel } from './support/slow-model.ts';

const MIB = 2 ** 20;
const WEIGHTS = 64 * MIB;
const BYTES_PER_SECOND = 256 * 1024;

/** What happens to a pull when 70 % are here. */
const CUTS: readonly {
  readonly name: string;
  readonly cut: (model: SlowModel, pull: Started) => Promise<void>;
}[] = [
  {
    name: 'the connections break, and new ones work',
    cut: async ({ hub }) => {
      await hub.stop();
      await hub.restart();
    },
  },
  {
    name: 'the Hub is away until the pull gives up',
    cut: async ({ hub }, { finished }) => {
      await hub.stop();
      const failed = await finished;
      expect(failed.status, failed.stderr).toBe(6);
      expect(errorOf(failed).message).toContain('model.safetensors');
      await hub.restart();
    },
  },
  {
    name: 'the process is killed',
    cut: async (_model, { child, finished }) => {
      child.kill('SIGKILL');
      expect((await finished).status).toBeNull();
    },
  },
  {
    name: 'the user interrupts it',
    cut: async (_model, { child, finished }) => {
      child.kill('SIGINT');
      const { status, stderr } = await finished;
      expect(status).toBe(130);
      expect(stderr).toContain('modelkeep pull org/slow');
    },
  },
];

describe.concurrent('a pull that is cut at 70 %', () => {
  it.each(CUTS)('goes on from there when $name', async ({ cut }) => {
    await using model = await slowModel(WEIGHTS, BYTES_PER_SECOND);
    await using bench = await pullBench(model.hub);
    const pull = bench.start(['pull', model.id, '--json']);
    await model.sent(0.7, pull);
    await cut(model, pull);
    await pull.finished;

    const again = await bench.run(['pull', model.id]);
    expect(again.status, again.stderr).toBe(0);
    await expectFiles(again.stdout.trim(), model.files);
    expect(model.hub.bodyBytes()).toBeLessThan(1.1 * model.bytes);
  });
});

describe('a branch that moves', () => {
  it('after the pull was killed: the next one takes the new content, and nothing of the old', async () => {
    await using model = await slowModel(8 * MIB, 4 * MIB);
    await using bench = await pullBench(model.hub);
    const pull = bench.start(['pull', model.id]);
    await model.sent(0.5, pull);
    pull.child.kill('SIGKILL');
    await pull.finished;
    const files = { 'model.safetensors': madeUpBytes('new', 8 * MIB) };
    await model.hub.commit(model.id, { files });
    const again = await bench.run(['pull', model.id]);
    await expectFiles(again.stdout.trim(), files);
  });

  it('during the pull: it keeps to the commit that it began with', async () => {
    await using model = await slowModel(8 * MIB, 4 * MIB);
    await using bench = await pullBench(model.hub);
    const pull = bench.start(['pull', model.id]);
    await model.sent(0.2, pull);
    await model.hub.commit(model.id, { files: { 'model.safetensors': 'small now' } });
    const { status, stdout } = await pull.finished;
    expect(status).toBe(0);
    expect(await bench.json(['ls'])).toMatchObject([{ commitHash: model.commit }]);
    await expectFiles(stdout.trim(), model.files);
  });
});
