import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { openModelCache } from 'modelkeep';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { expectTidy, expectWhole } from './support/after-a-kill.ts';
import { IN_BUCKET, IN_DATABASE, ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { handMade } from './support/hand-made.ts';
import {
  choosePoint,
  describePoint,
  earlier,
  type KillPoint,
  runAndKill,
  watchCourse,
} from './support/kill.ts';
import { type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { chooseSeed, type Dice, dice } from './support/seeded.ts';
import type { KeptModel } from './support/store-on-disk.ts';

requires('strace');

const MIB = 1024 * 1024;
const SEED = chooseSeed('kill-9');
const POINTS = ON_OTHER_BACKENDS
  ? { pull: 4, more: 2, import: 3, importFolder: 2, rm: 4, export: 1 }
  : { pull: 60, more: 20, import: 35, importFolder: 25, rm: 60, export: 15 };
/** A database cannot see that a process was killed: what its leases keep is garbage once they have run out. A bucket's server may still store what was sent. */
const LEASE_MS = 3000;
const SHARED = Object.fromEntries(
  Array.from({ length: 5 }, (_, index) => [`shared/${index}.json`, `{"shared":${index}}`]),
);
const FILES: ModelFiles = {
  'model.safetensors': madeUpBytes('weights', 8 * MIB),
  'vocab.txt': madeUpBytes('vocab', 400_000),
  'pooling/config.json': '{"pooling":true}',
  'empty.txt': '',
  ...SHARED,
  ...Object.fromEntries(
    Array.from({ length: 11 }, (_, index) => [`notes/${index}.txt`, `note ${index}`]),
  ),
};
const PART = 'notes/*';

let hub: FakeHub;
let killed: KeptModel;
/** The same model, of which only a part was asked for. */
let part: KeptModel;
/** A model that nobody touches, which shares contents with the one that comes and goes. */
let neighbour: KeptModel;

beforeAll(async () => {
  hub = await startFakeHub();
  const serve = async (id: string, files: ModelFiles): Promise<KeptModel> => ({
    id,
    files,
    commit: await hub.addModel({ id, files }),
  });
  killed = await serve('org/killed', FILES);
  const notes = Object.entries(FILES).filter(([path]) => path.startsWith('notes/'));
  part = { ...killed, files: Object.fromEntries(notes) };
  neighbour = await serve('org/neighbour', { ...SHARED, 'own.bin': madeUpBytes('own', 50_000) });
});
afterAll(() => hub[Symbol.asyncDispose]());

/** A command that is killed, and what is in the store before and after it, beside the neighbour. */
interface Job {
  readonly bench: Bench;
  readonly args: readonly string[];
  /** Makes the state `before`, from what a finished command has left. */
  readonly begin: () => Promise<void>;
  readonly before: readonly KeptModel[];
  readonly after: readonly KeptModel[];
}

async function newBench(): Promise<Bench> {
  const bench = await createBench({ HF_ENDPOINT: hub.url });
  if (IN_DATABASE) await bench.configure(`fetch: { leaseTtlMs: ${LEASE_MS} }`);
  await bench.json(['pull', neighbour.id]);
  return bench;
}

async function expectTidyAfterKill(bench: Bench, models: readonly KeptModel[]): Promise<void> {
  const expectation = (): Promise<void> => expectTidy(bench, models);
  if (!IN_DATABASE && !IN_BUCKET) return expectation();
  await vi.waitFor(expectation, { timeout: 20 * LEASE_MS, interval: 500 });
}

async function remove(home: string): Promise<void> {
  await using cache = await openModelCache({ home });
  const models = await Array.fromAsync(cache.listModels());
  if (models.some(({ modelId }) => modelId === killed.id)) await cache.removeModel(killed.id);
}

async function add(home: string, archive: string): Promise<void> {
  await using cache = await openModelCache({ home });
  await cache.importModel({ path: archive, stream: () => createReadStream(archive) });
}

/** Kills the command once, wherever `point` says or earlier, and checks all that was promised. */
async function killOnce(job: Job, point: KillPoint, random: Dice): Promise<void> {
  const { bench, args, before, after } = job;
  await job.begin();
  let where = point;
  while (!(await runAndKill(bench, args, where))) {
    where = earlier(where);
    await job.begin();
  }
  const states = [before, after].map((models) => [...models, neighbour]);
  const found = await expectWhole(bench, states);
  if (random.below(4) === 0) {
    // A garbage collection may be killed as well.
    await runAndKill(bench, ['gc'], { kind: 'call', call: 'unlink', when: 1 + random.below(6) });
  }
  if (random.below(2) === 0) await expectTidyAfterKill(bench, found);

  const again = await bench.run(args);
  const isOver = after.length === 0 && found.length === 1;
  expect(again.status, again.stderr).toBe(isOver ? 3 : 0);
  expect(await expectWhole(bench, states)).toEqual([...after, neighbour]);
  await expectTidyAfterKill(bench, [...after, neighbour]);
}

async function killOften(name: string, times: number, job: Job): Promise<void> {
  const random = dice(`${SEED} ${name}`);
  const course = await watchCourse(job.bench, job.args, job.begin);
  for (let index = 0; index < times; index += 1) {
    const point = choosePoint(random, course);
    try {
      await killOnce(job, point, random);
    } catch (cause) {
      throw new Error(`SEED=${SEED}: kill ${index} of ${name}, ${describePoint(point)}`, { cause });
    }
  }
}

async function exported(folder: string): Promise<string> {
  await using bench = await newBench();
  await bench.json(['pull', killed.id]);
  const file = join(folder, 'killed.tar');
  await bench.json(['export', killed.id, '-o', file]);
  return file;
}

describe('after kill -9, verify is clean, a retry succeeds, and gc leaves nothing', () => {
  it.concurrent('of a pull', async () => {
    await using bench = await newBench();
    await killOften('pull', POINTS.pull, {
      bench,
      args: ['pull', killed.id],
      begin: () => remove(bench.home),
      before: [],
      after: [killed],
    });
  });

  it.concurrent('of a pull that adds to what is there in part', async () => {
    await using bench = await newBench();
    await killOften('pull of the rest', POINTS.more, {
      bench,
      args: ['pull', killed.id],
      begin: async () => {
        await remove(bench.home);
        await bench.json(['pull', killed.id, '--include', PART]);
      },
      before: [part],
      after: [killed],
    });
  });

  it.concurrent('of an import', async () => {
    await using bench = await newBench();
    await killOften('import', POINTS.import, {
      bench,
      args: ['import', await exported(bench.folder)],
      begin: () => remove(bench.home),
      before: [],
      after: [killed],
    });
  });

  it.concurrent('of an import of a folder', async () => {
    await using bench = await newBench();
    await killOften('import of a folder', POINTS.importFolder, {
      bench,
      args: [
        'import',
        await handMade(join(bench.folder, 'by-hand'), killed.id, killed.commit, FILES),
      ],
      begin: () => remove(bench.home),
      before: [],
      after: [killed],
    });
  });

  it.concurrent('of a removal', async () => {
    await using bench = await newBench();
    const archive = await exported(bench.folder);
    await killOften('rm', POINTS.rm, {
      bench,
      args: ['rm', killed.id, '--yes'],
      begin: () => add(bench.home, archive),
      before: [killed],
      after: [],
    });
  });
});

describe('after kill -9 of an export', () => {
  it('the archive is the one that was there before, or the whole new one, and a retry gives that', async () => {
    await using bench = await newBench();
    await bench.json(['pull', killed.id]);
    const file = join(bench.folder, 'out.tar');
    const args = ['export', killed.id, '-o', file];
    const reset = (): Promise<void> => writeFile(file, 'the archive of yesterday');
    const random = dice(`${SEED} export`);
    const course = await watchCourse(bench, args, reset);
    const whole = await readFile(file);
    for (let index = 0; index < POINTS.export; index += 1) {
      let point = choosePoint(random, course);
      await reset();
      while (!(await runAndKill(bench, args, point))) {
        point = earlier(point);
        await reset();
      }
      const found = await readFile(file);
      const isWholeOrOld =
        found.equals(whole) || found.equals(Buffer.from('the archive of yesterday'));
      expect(isWholeOrOld, `SEED=${SEED}: ${describePoint(point)}`).toBe(true);
      await bench.json(args);
      expect((await readFile(file)).equals(whole)).toBe(true);
    }
    expect(await expectWhole(bench, [[killed, neighbour]])).toHaveLength(2);
  });
});
