import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Bench } from './modelkeep.ts';
import { expectFiles, type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { pullBench } from './support/pulls.ts';
import {
  fetcherAmong,
  type SlowModel,
  type Started,
  slowModel,
  stopUntilTaken,
} from './support/slow-model.ts';

const MIB = 2 ** 20;
const PROCESSES = 8;
const SMALL: ModelFiles = {
  'adapter.bin': madeUpBytes('adapter', 3 * MIB),
  'vocab.txt': madeUpBytes('vocab', 2 * MIB),
  ...Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`notes/${index}.txt`, `note ${index}`]),
  ),
};

function startAll(bench: Bench, model: SlowModel): Started[] {
  return Array.from({ length: PROCESSES }, () => bench.start(['pull', model.id]));
}

async function expectDone(
  bench: Bench,
  model: SlowModel,
  pulls: readonly Started[],
): Promise<void> {
  for (const { finished } of pulls) {
    const { status, stdout, stderr } = await finished;
    expect(status, stderr).toBe(0);
    await expectFiles(stdout.trim(), model.files);
  }
  expect(await bench.json(['verify'])).toMatchObject({ problems: [] });
}

describe(`${PROCESSES} processes that pull one model at once`, () => {
  it('take every byte from the Hub once', async () => {
    await using model = await slowModel(24 * MIB, MIB, SMALL);
    await using bench = await pullBench(model.hub);
    await expectDone(bench, model, startAll(bench, model));
    const sizes = Object.entries(model.files).map(([path, content]) => [
      `${model.id}/${path}`,
      content.length,
    ]);
    expect(model.hub.bytesByFile()).toEqual(Object.fromEntries(sizes));
  });

  it('finish when the one that fetches is killed', async () => {
    await using model = await slowModel(32 * MIB, MIB, SMALL);
    await using bench = await pullBench(model.hub);
    const pulls = startAll(bench, model);
    await model.sent(0.5, ...pulls);
    const fetcher = await fetcherAmong(bench.home, pulls);
    fetcher.child.kill('SIGKILL');
    const others = pulls.filter((pull) => pull !== fetcher);
    await expectDone(bench, model, others);
    expect(model.hub.bodyBytes()).toBeLessThan(1.25 * model.bytes);
  });

  it('finish when the one that fetches sleeps past its lease and wakes up again', async () => {
    await using model = await slowModel(16 * MIB, MIB, SMALL);
    await using bench = await pullBench(model.hub, ', leaseTtlMs: 2000');
    const pulls = startAll(bench, model);
    await model.sent(0.4, ...pulls);
    const fetcher = await fetcherAmong(bench.home, pulls);
    const others = pulls.filter((pull) => pull !== fetcher);
    await stopUntilTaken(bench.home, fetcher, others);
    await sleep(500);
    fetcher.child.kill('SIGCONT');
    await expectDone(bench, model, pulls);
  });
});
