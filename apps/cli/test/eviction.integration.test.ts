import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { EvictionReport } from '@modelkeep/core';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { expectTidy, expectWhole } from './support/after-a-kill.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf } from './support/pulls.ts';
import type { KeptModel } from './support/store-on-disk.ts';

const MB = 1_000_000;
const CYCLES = ON_OTHER_BACKENDS ? 30 : 100;
const WORKERS = 3;
const WORKER = join(import.meta.dirname, 'support/eviction-worker.ts');

/** Two of four models have the same weights. */
const FILES: Readonly<Record<string, ModelFiles>> = {
  'org/a': { 'model.safetensors': madeUpBytes('a', MB) },
  'org/b': { 'model.safetensors': madeUpBytes('b', MB) },
  'org/c': { 'model.safetensors': madeUpBytes('c', MB), 'own.txt': 'c' },
  'org/d': { 'model.safetensors': madeUpBytes('c', MB), 'own.txt': 'd' },
};
const NAMES = Object.keys(FILES);
/** More, for many processes at once. */
const MORE: Readonly<Record<string, ModelFiles>> = Object.fromEntries(
  ['e', 'f', 'g', 'h'].map((name) => [
    `org/${name}`,
    { 'model.safetensors': madeUpBytes(name, MB / 4), 'shared.bin': madeUpBytes('a', MB) },
  ]),
);

let hub: FakeHub;
let bench: Bench;
let models: readonly KeptModel[];

beforeAll(async () => {
  hub = await startFakeHub();
  models = await Promise.all(
    Object.entries({ ...FILES, ...MORE }).map(async ([id, files]) => ({
      ...{ id, files, commit: await hub.addModel({ id, files }) },
    })),
  );
});
afterAll(() => hub[Symbol.asyncDispose]());

beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(() => bench[Symbol.asyncDispose]());

async function evict(...args: readonly string[]): Promise<EvictionReport> {
  return (await bench.json(['evict', ...args])) as EvictionReport;
}

async function listed(): Promise<string[]> {
  const found = (await bench.json(['ls'])) as { modelId: string }[];
  return found.map(({ modelId }) => modelId);
}

async function configure(text: string): Promise<Record<string, string>> {
  const connections = `connections: [{ name: inner, endpoint: "${hub.url}" }]\n`;
  const settings = `home: home\n${text}\n${text.includes('connections') ? '' : connections}`;
  return {
    MODELKEEP_CONFIG: await bench.configure(settings, join(bench.folder, 'modelkeep.yaml')),
  };
}

it('evicts by command, and explains beforehand what goes and what stays', async () => {
  for (const name of NAMES) await bench.json(['pull', name]);
  const told = await bench.run(['evict', '--dry-run', '--to', '1.5MB', '--unused-for', '0s']);
  expect(told.status).toBe(0);
  const lines = told.stdout.split('\n');
  expect(lines[1]).toMatch(
    /^evict +1\.00 MB +1\.00 MB +just now +org\/a +fetched a moment ago and/,
  );
  expect(lines[2]).toMatch(/^evict .* org\/b /);
  expect(told.stdout).toContain('would evict 2 models: 2.00 MB to free, 1.00 MB left of 3.00 MB');
  expect(await listed()).toEqual(NAMES);

  const report = await evict('--to', '0', '--unused-for', '0s', '--dry-run');
  const shared = report.choices.find(({ key }) => key === 'hf@org/d');
  expect(shared).toMatchObject({ evicted: true, freedBytes: MB + 1 });
  const lately = await evict('--to', '0');
  expect(lately.choices.map(({ reason }) => reason)).toEqual(NAMES.map(() => 'recently-used'));
  expect(await evict('--to', '1.5MB', '--unused-for', '0s')).toMatchObject({
    usedBytes: 3 * MB + 2,
    freedBytes: 2 * MB,
  });
  expect(await listed()).toEqual(['org/c', 'org/d']);
  await expectTidy(bench, models.slice(2, 4));
});

it('keeps to the quota of the config file, and says what is missing', async () => {
  const env = await configure('quota: 2.5MB');
  await bench.json(['pull', 'org/a', 'org/b'], { env });
  const refused = await bench.run(['pull', 'org/c', '--json'], { env });
  expect(refused.status).toBe(7);
  expect(errorOf(refused)).toMatchObject({
    code: 'no-space',
    details: { quotaBytes: 2.5 * MB, usedBytes: 2 * MB, missingBytes: MB / 2 + 1 },
  });
  expect(await listed()).toEqual(['org/a', 'org/b']);
  // What was pulled just now is spared: nothing goes for nothing.
  const evicting = await configure('quota: 2.5MB\nevict: true');
  expect((await bench.run(['pull', 'org/c'], { env: evicting })).stderr).toContain(
    'modelkeep evict --dry-run tells what stays',
  );
  expect(await listed()).toEqual(['org/a', 'org/b']);
  expect(await bench.json(['evict'], { env })).toMatchObject({ freedBytes: 0 });
});

it(`loses and leaks nothing in ${CYCLES} cycles of eviction and garbage collection under other processes`, async () => {
  const all = models.map(({ id }) => id);
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    spawn(process.execPath, [WORKER, bench.home, String(index * 27), ...all], {
      env: { PATH: process.env['PATH'], HOME: bench.folder, HF_ENDPOINT: hub.url },
    }),
  );
  const reads = workers.map(() => 0);
  let running = WORKERS;
  const ended = workers.map(async (worker, index) => {
    worker.stdout.on('data', (points: Buffer) => {
      reads[index] = (reads[index] ?? 0) + points.byteLength;
    });
    const [err, [status]] = await Promise.all([text(worker.stderr), once(worker, 'close')]);
    running -= 1;
    expect(status, err).toBe(0);
  });
  const { openModelCache } = await import('../dist/index.js');
  let evicted = 0;
  {
    await using cache = await openModelCache({ home: bench.home });
    // How fast the others are is up to the machine.
    const isEnough = (): boolean => Math.min(evicted, ...reads) > CYCLES / 20;
    for (let cycle = 0; running === WORKERS && (cycle < CYCLES || !isEnough()); cycle += 1) {
      const { choices } = await cache.evictModels({ toBytes: (cycle % 3) * MB, unusedForMs: 0 });
      evicted += choices.filter((choice) => choice.evicted).length;
      await cache.collectGarbage();
    }
  }
  for (const worker of workers) worker.stdin.end();
  await Promise.all(ended);
  expect(Math.min(evicted, ...reads), JSON.stringify({ evicted, reads })).toBeGreaterThan(
    CYCLES / 20,
  );
  await bench.json(['pull', ...all]);
  await expectWhole(bench, [models]);
  await expectTidy(bench, models);
  await evict('--to', '0', '--unused-for', '0s');
  await expectTidy(bench, []);
});
