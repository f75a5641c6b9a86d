import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { openModelCache } from 'modelkeep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { expectTidy, expectWhole } from './support/after-a-kill.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { watchCourse } from './support/kill.ts';
import { type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf } from './support/pulls.ts';
import { chooseSeed, type Dice, dice } from './support/seeded.ts';
import type { KeptModel } from './support/store-on-disk.ts';
import { type Injection, runInjected } from './support/strace.ts';

requires('strace');

const SEED = chooseSeed('disk-errors');
const POINTS = ON_OTHER_BACKENDS ? 10 : 25;
const FILES: ModelFiles = {
  'model.safetensors': madeUpBytes('weights', 3_000_000),
  'vocab.txt': madeUpBytes('vocab', 300_000),
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`notes/${index}.txt`, `note ${index}`]),
  ),
};
/** What a disk may say, and what the user must be told then. */
const ERRORS: readonly {
  readonly errno: string;
  readonly code: string;
  readonly status: number;
}[] = [
  { errno: 'EIO', code: 'storage-failed', status: 1 },
  { errno: 'ENOSPC', code: 'no-space', status: 7 },
  { errno: 'EDQUOT', code: 'no-space', status: 7 },
  { errno: 'EMFILE', code: 'storage-failed', status: 1 },
];

let hub: FakeHub;
let model: KeptModel;

beforeAll(async () => {
  hub = await startFakeHub();
  const commit = await hub.addModel({ id: 'org/model', files: FILES });
  model = { id: 'org/model', commit, files: FILES };
});
afterAll(() => hub[Symbol.asyncDispose]());

interface Job {
  readonly bench: Bench;
  readonly args: readonly string[];
  readonly begin: () => Promise<void>;
  readonly after: readonly KeptModel[];
}

function chooseInjection(
  random: Dice,
  calls: readonly (readonly [call: string, count: number])[],
): Injection & (typeof ERRORS)[number] {
  const [call, count] = random.pick(calls);
  const error = random.pick(ERRORS);
  const when = `${1 + random.below(count)}${random.below(2) === 0 ? '+' : ''}`;
  return { call, what: `error=${error.errno}`, when, ...error };
}

/** The command succeeds all the same, or says what is wrong; nothing is broken, and once the disk is well it succeeds. */
async function failOnce(
  { bench, args, begin, after }: Job,
  injected: ReturnType<typeof chooseInjection>,
): Promise<void> {
  await begin();
  const said = await runInjected(bench, [...args, '--json'], injected);
  const clear = { status: injected.status, code: injected.code };
  if (said.status === 0) {
    expect(await expectWhole(bench, [after])).toEqual(after);
  } else {
    const { code, message } = errorOf(said);
    // SQLite does not tell its callers a used-up quota from a failing disk.
    const isIndex = message.includes('index.db');
    if (!isIndex) expect({ status: said.status, code }, said.stderr).toEqual(clear);
    else expect(code, said.stderr).toMatch(/^(no-space|storage-failed)$/);
  }
  const found = await expectWhole(bench, [[], [model]]);
  const again = await bench.run(args);
  const isOver = after.length === 0 && found.length === 0;
  expect(again.status, again.stderr).toBe(isOver ? 3 : 0);
  expect(await expectWhole(bench, [after])).toEqual(after);
  await expectTidy(bench, after);
}

async function failOften(name: string, job: Job): Promise<void> {
  const random = dice(`${SEED} ${name}`);
  const { calls } = await watchCourse(job.bench, job.args, job.begin);
  for (let index = 0; index < POINTS; index += 1) {
    const injected = chooseInjection(random, calls);
    try {
      await failOnce(job, injected);
    } catch (cause) {
      const { call, errno, when } = injected;
      throw new Error(`SEED=${SEED}: ${name} with ${errno} at ${call} ${when}`, { cause });
    }
  }
}

async function remove(home: string): Promise<void> {
  await using cache = await openModelCache({ home });
  const models = await Array.fromAsync(cache.listModels());
  if (models.length > 0) await cache.removeModel(model.id);
}

async function exported(bench: Bench): Promise<string> {
  const file = join(bench.folder, 'model.tar');
  await bench.json(['pull', model.id]);
  await bench.json(['export', model.id, '-o', file]);
  return file;
}

describe('when the disk fails, the error is clear, nothing is broken, and a retry succeeds', () => {
  it.concurrent('for a pull', async () => {
    await using bench = await createBench({ HF_ENDPOINT: hub.url });
    await failOften('pull', {
      bench,
      args: ['pull', model.id],
      begin: () => remove(bench.home),
      after: [model],
    });
  });

  it.concurrent('for an import', async () => {
    await using bench = await createBench({ HF_ENDPOINT: hub.url });
    await failOften('import', {
      bench,
      args: ['import', await exported(bench)],
      begin: () => remove(bench.home),
      after: [model],
    });
  });

  it.concurrent('for a removal', async () => {
    await using bench = await createBench({ HF_ENDPOINT: hub.url });
    const archive = await exported(bench);
    await failOften('rm', {
      bench,
      args: ['rm', model.id, '--yes'],
      begin: async () => {
        await using cache = await openModelCache({ home: bench.home });
        await cache.importModel({ path: archive, stream: () => createReadStream(archive) });
      },
      after: [],
    });
  });
});

describe('with few open files', () => {
  it.each([40, 48, 64, 96])('a pull of many files ends well or clearly at %d', async (limit) => {
    await using bench = await createBench({ HF_ENDPOINT: hub.url });
    const files = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`notes/${index}.txt`, `note ${index}`]),
    );
    const commit = await hub.addModel({ id: 'org/many', files });
    const said = await bench.run(['pull', 'org/many', '--json'], {
      under: ['prlimit', `--nofile=${limit}`],
    });
    if (said.status !== 0) {
      expect(['storage-failed', 'source-unavailable']).toContain(errorOf(said).code);
      expect(said.stderr).toMatch(/EMFILE|too many open files/i);
    }
    await bench.json(['pull', 'org/many']);
    await expectTidy(bench, [{ id: 'org/many', commit, files }]);
  });
});
