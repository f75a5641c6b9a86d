import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type Finished, type RunOptions } from './modelkeep.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { handMade } from './support/hand-made.ts';
import { expectFiles, type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf } from './support/pulls.ts';
import { filesBelow } from './support/store-on-disk.ts';
import { mountVolume, type Volume } from './support/volume.ts';

requires('tmpfs-mount');

const MIB = 2 ** 20;
const BIG: ModelFiles = {
  'model.safetensors': madeUpBytes('big', 12 * MIB),
  'model2.safetensors': madeUpBytes('big 2', 8 * MIB),
  'config.json': '{}',
};
const MANY: ModelFiles = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`notes/${index}.txt`, `note ${index}`]),
);

let hub: FakeHub;
let bench: Bench;
let volume: Volume;
let archive = '';
let commit = '';

beforeAll(async () => {
  hub = await startFakeHub();
  commit = await hub.addModel({ id: 'org/big', files: BIG });
  await hub.addModel({ id: 'org/second', files: { 'w.safetensors': madeUpBytes('s', 18 * MIB) } });
  await hub.addModel({ id: 'org/many', files: MANY });
});
afterAll(() => hub[Symbol.asyncDispose]());

beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
  hub.faults.clear();
  hub.resetCounters();
});
afterEach(async () => {
  await volume[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

/** A store in a volume of its own. */
async function storeIn(options: string): Promise<void> {
  volume = await mountVolume(bench.home, options);
  if (ON_OTHER_BACKENDS) await bench.configure('', join(volume.view, 'config.yaml'));
}

function run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return bench.run(args, { ...options, under: volume.under });
}

async function succeed(args: readonly string[]): Promise<Finished> {
  const finished = await run(args);
  expect(finished.status, finished.stderr).toBe(0);
  return finished;
}

/** Fails unless it was told that there is too little room, with the numbers, and nothing was kept. */
async function expectNoRoom(said: Finished, neededBytes: number): Promise<void> {
  expect(said.status, said.stderr).toBe(7);
  expect(errorOf(said)).toMatchObject({
    code: 'no-space',
    message: expect.stringMatching(/not enough room: [\d.]+ MB needed, [\d.]+ MB free/),
  });
  const { details } = errorOf(said);
  expect(details).toMatchObject({ neededBytes });
  expect(details['missingBytes']).toBe(neededBytes - Number(details['freeBytes']));
  await expectEmpty();
}

async function expectEmpty(): Promise<void> {
  expect((await succeed(['ls', '--json'])).stdout).toBe('[]\n');
  const left = (await filesBelow(volume.view)).filter((path) => path.includes('/'));
  expect(left).toEqual([]);
  expect(await readdir(join(volume.view, 'partial')).catch(() => [])).toEqual([]);
}

async function expectBig(): Promise<void> {
  const { stdout } = await succeed(['path', 'org/big']);
  await expectFiles(stdout.trim().replace(bench.home, volume.view), BIG);
  expect(JSON.parse((await succeed(['verify', '--json'])).stdout)).toMatchObject({ problems: [] });
}

const BIG_BYTES = 20 * MIB + 2;

describe('a volume that is too small', () => {
  beforeAll(async () => {
    await using other = await createBench({ HF_ENDPOINT: hub.url });
    await other.json(['pull', 'org/big']);
    archive = join(other.folder, '..', `big-${process.pid}.tar`);
    await other.json(['export', 'org/big', '-o', archive]);
  });
  afterAll(() => rm(archive, { force: true }));

  it('refuses a pull before the first byte, and takes it when there is room', async () => {
    await storeIn('size=16m');
    await expectNoRoom(await run(['pull', 'org/big', '--json']), BIG_BYTES);
    expect(hub.bodyBytes()).toBe(0);
    await volume.remount('size=64m');
    await succeed(['pull', 'org/big']);
    await expectBig();
  });

  it('refuses an archive before it is unpacked, and takes it when there is room', async () => {
    await storeIn('size=16m');
    await expectNoRoom(await run(['import', archive, '--json']), BIG_BYTES);
    await volume.remount('size=64m');
    await succeed(['import', archive]);
    await expectBig();
  });

  it('refuses an archive from a pipe', async () => {
    await storeIn('size=16m');
    const under = [...volume.under, 'sh', '-c', `exec "$@" < '${archive}'`, 'sh'];
    const said = await bench.run(['import', '-', '--json'], { under });
    await expectNoRoom(said, BIG_BYTES);
  });

  it('refuses a folder of which nobody said how large it is, and keeps nothing of it', async () => {
    const folder = await handMade(join(bench.folder, 'by-hand'), 'org/big', commit, BIG);
    await storeIn('size=16m');
    const said = await run(['import', folder, '--json']);
    expect(said.status, said.stderr).toBe(7);
    expect(errorOf(said)).toMatchObject({ code: 'no-space' });
    await expectEmpty();
    await volume.remount('size=64m');
    await succeed(['import', folder]);
    await expectBig();
  });

  it('does not promise the same room to two pulls at once', async () => {
    await storeIn('size=34m');
    const hold = hub.faults.add({ kind: 'bandwidth', bytesPerSecond: 16_384, match: 'org/big/*' });
    const first = run(['pull', 'org/big', '--json']);
    while (hub.bodyBytes('*.safetensors') === 0) await sleep(20);
    const second = await run(['pull', 'org/second', '--json']);
    hold.remove();
    expect(second.status, second.stderr).toBe(7);
    expect(errorOf(second).message).toMatch(/reserved by other downloads/);
    expect((await first).status).toBe(0);
    await expectBig();
    await succeed(['rm', 'org/big', '--yes']);
    await succeed(['pull', 'org/second']);
  });

  it('says so when somebody else fills it meanwhile, and goes on when there is room', async () => {
    await storeIn('size=32m');
    hub.faults.add({ kind: 'bandwidth', bytesPerSecond: MIB, match: '*.safetensors' });
    const pull = run(['pull', 'org/big', '--json']);
    while (hub.bodyBytes() < 8 * MIB) await sleep(20);
    const filler = join(volume.view, 'filler');
    await writeFile(filler, Buffer.alloc(40 * MIB)).catch(() => undefined);
    const said = await pull;
    expect(said.status, said.stderr).toBe(7);
    expect(errorOf(said)).toMatchObject({ code: 'no-space' });
    expect((await succeed(['ls', '--json'])).stdout).toBe('[]\n');
    await rm(filler);
    await succeed(['pull', 'org/big']);
    await expectBig();
  });

  it('says so when there are no more inodes, and goes on when there are', async () => {
    await storeIn('size=64m,nr_inodes=90');
    const said = await run(['pull', 'org/many', '--json']);
    expect(said.status, said.stderr).toBe(7);
    expect(errorOf(said)).toMatchObject({ code: 'no-space' });
    expect((await succeed(['ls', '--json'])).stdout).toBe('[]\n');
    await volume.remount('nr_inodes=2000');
    const { stdout } = await succeed(['pull', 'org/many']);
    await expectFiles(stdout.trim().replace(bench.home, volume.view), MANY);
  });
});

describe('a volume that cannot be written to', () => {
  beforeEach(async () => {
    await storeIn('size=64m');
    await succeed(['pull', 'org/big']);
    await volume.remount('ro');
  });

  it('is read', async () => {
    await expectBig();
    expect((await succeed(['ls'])).stdout).toContain('org/big');
    for (const command of ['show', 'path']) await succeed([command, 'org/big']);
    await succeed(['du']);
    await succeed(['export', 'org/big', '-o', join(bench.folder, 'out.tar')]);
  });

  it.each([
    ['pull', 'org/many'],
    ['rm', 'org/big', '--yes'],
    ['import', 'HAND-MADE'],
  ])('fails %s with a clear error', async (...words) => {
    const folder = await handMade(join(bench.folder, 'by-hand'), 'org/other', commit, MANY);
    const args = words.map((word) => (word === 'HAND-MADE' ? folder : word));
    const said = await run([...args, '--json']);
    expect(said.status, said.stderr).toBe(1);
    expect(errorOf(said)).toMatchObject({ code: 'storage-failed' });
    expect(errorOf(said).message).toMatch(/read-only|cannot be opened or written/);
    await expectBig();
  });

  it('lets a pull of what is there be, and a gc of nothing', async () => {
    await succeed(['pull', 'org/big']);
    await succeed(['gc']);
  });
});
