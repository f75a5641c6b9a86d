import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type RunOptions } from './modelkeep.ts';
import { IN_BUCKET, IN_DATABASE, ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { expectFiles, type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf } from './support/pulls.ts';
import { readTree } from './support/read-tree.ts';
import { expectOnly } from './support/store-on-disk.ts';

const FILES: ModelFiles = {
  'config.json': '{"a":1}',
  'model.safetensors': madeUpBytes('weights', 2_000_000),
};

let hub: FakeHub;
let bench: Bench;
let commit = '';

beforeAll(async () => {
  hub = await startFakeHub();
  commit = await hub.addModel({ id: 'org/Model-A', files: FILES, gitTags: ['v1'] });
  await hub.addModel({ id: 'gpt2', files: { 'config.json': '{}' } });
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(() => bench[Symbol.asyncDispose]());

const COMMANDS: readonly (readonly string[])[] = [
  ['pull', 'gpt2'],
  ['path', 'org/Model-A'],
  ['ls'],
  ['show', 'org/Model-A'],
  ['du'],
  ['rm', 'org/Model-A', '--yes'],
  ['gc'],
  ['verify'],
  ['export', 'org/Model-A', '-o', 'out.tar'],
  ['import', 'absent.tar'],
  ['adopt', '.'],
];

/** Everything in the home and the store. */
async function picture(): Promise<Record<string, string>> {
  return { ...(await readTree(bench.home)), ...(await readTree(bench.objects)) };
}

async function pullBoth(): Promise<void> {
  await bench.json(['pull', 'org/Model-A', 'org/Model-A@v1', 'gpt2']);
}

async function expectBoth(): Promise<void> {
  const listed = await bench.json(['ls']);
  expect(listed).toMatchObject([
    { key: 'hf@gpt2', complete: true },
    { key: 'hf@org/Model-A', commitHash: commit, complete: true, downloadedBy: expect.any(String) },
    { key: 'hf@org/Model-A@v1', commitHash: commit, complete: true },
  ]);
  const { stdout } = await bench.run(['path', 'org/Model-A']);
  await expectFiles(stdout.trim(), FILES);
  expect(await bench.json(['verify'])).toMatchObject({ problems: [] });
}

describe('a store of a newer version', () => {
  beforeEach(async () => {
    await pullBoth();
    const file = join(bench.objects, 'store.json');
    await chmod(file, 0o644);
    await writeFile(file, '{"product":"modelkeep","layoutVersion":2}');
  });

  it.each(COMMANDS.slice(0, 3))('is left as it is by %s', (...args) => expectLeft(args));
  it.skipIf(ON_OTHER_BACKENDS).each(COMMANDS.slice(3))('is left as it is by %s', (...args) =>
    expectLeft(args),
  );

  async function expectLeft(args: readonly string[]): Promise<void> {
    const before = await picture();
    const said = await bench.run([...args, '--json']);
    expect(said.status, said.stderr).toBe(1);
    const { code, message } = errorOf(said);
    expect(code).toBe('store-incompatible');
    expect(message).toMatch(/version 2.*knows version 1.*newer Modelkeep/);
    expect(await picture()).toEqual(before);
  }
});

it.each(['', 'not JSON', '[]', '{"layoutVersion":"1"}'])(
  'a store.json with %j stops every command',
  async (content) => {
    await pullBoth();
    await chmod(join(bench.objects, 'store.json'), 0o644);
    await writeFile(join(bench.objects, 'store.json'), content);
    const said = await bench.run(['ls', '--json']);
    expect(said.status).toBe(1);
    expect(errorOf(said)).toMatchObject({ code: 'store-incompatible' });
  },
);

describe('a lost index', () => {
  it.skipIf(IN_DATABASE).each([
    ['the file', ['index.db']],
    ['all of it', ['index.db', 'index.db-wal', 'index.db-shm']],
  ])('(%s) is rebuilt from the manifests', async (_what, names) => {
    await pullBoth();
    for (const name of names) await rm(join(bench.home, name), { force: true });
    await expectRebuilt();
  });

  it('is rebuilt from the manifests, wherever they are', async () => {
    await pullBoth();
    await bench.loseIndex();
    await expectRebuilt();
  });

  async function expectRebuilt(): Promise<void> {
    await expectBoth();
    await bench.json(['gc']);
    await bench.json(['rm', 'org/Model-A@v1', 'gpt2', '--yes']);
    await expectOnly(bench, [{ id: 'org/Model-A', commit, files: FILES }]);
  }

  it('does not make a model come back that was removed', async () => {
    await pullBoth();
    await bench.json(['rm', 'gpt2', '--yes']);
    await bench.loseIndex();
    expect(await bench.json(['ls'])).toMatchObject([{}, {}]);
    expect((await bench.run(['path', 'gpt2'])).status).toBe(3);
  });
});

describe.skipIf(IN_DATABASE)('a damaged index', () => {
  const DAMAGE: Readonly<Record<string, (file: string) => Promise<void>>> = {
    'that is no database': (file) => writeFile(file, madeUpBytes('noise', 50_000)),
    'that is text': (file) => writeFile(file, 'I am not a database, I am a poem.\n'.repeat(200)),
    'of which the end is gone': (file) => truncate(file, 5000),
    'of which the middle is gone': async (file) => {
      const bytes = await readFile(file);
      bytes.fill(0xa5, 4096, bytes.length - 100);
      await writeFile(file, bytes);
    },
  };

  it.each(Object.keys(DAMAGE))('%s: fails clearly, and doing what it says helps', async (how) => {
    await pullBoth();
    // All is in the one file, as after every orderly end.
    expect(await readdir(bench.home)).not.toContain('index.db-wal');
    const file = join(bench.home, 'index.db');
    await DAMAGE[how]?.(file);
    const before = await readFile(file);
    for (const command of [['ls'], ['path', 'org/Model-A'], ['pull', 'gpt2'], ['gc']]) {
      const said = await bench.run([...command, '--json']);
      expect(said.status, `${command[0]}: ${said.stderr}`).toBe(1);
      expect(errorOf(said)).toMatchObject({ code: 'storage-failed' });
      expect(errorOf(said).message).toContain(file);
      expect(errorOf(said).message).toMatch(/move it away|remove|rebuil/i);
      expect(await readFile(file)).toEqual(before);
    }
    for (const name of await readdir(bench.home)) {
      if (name.startsWith('index.db')) await rm(join(bench.home, name));
    }
    await expectBoth();
  });
});

describe('a damaged manifest', () => {
  it('does not keep the other models away when the index is lost', async () => {
    await pullBoth();
    const manifest = join(bench.objects, 'manifests/models--gpt2/entries/main.json');
    await chmod(manifest, 0o644);
    await writeFile(manifest, '{"half":');
    await bench.loseIndex();
    expect(await bench.json(['ls'])).toMatchObject([
      { key: 'hf@org/Model-A' },
      { key: 'hf@org/Model-A@v1' },
    ]);
    const verified = await bench.run(['verify']);
    expect(verified.status).toBe(5);
    expect(verified.stdout).toContain('manifests/models--gpt2/entries/main.json');
    await bench.json(['pull', 'gpt2']);
    await expectBoth();
  });
});

describe.skipIf(IN_BUCKET)('a folder without the right to write', () => {
  /** Root without its right to write anywhere; anybody else as they are. */
  const under =
    process.getuid?.() === 0
      ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all']
      : [];
  const options: RunOptions = { under };

  it('is named by the error', async () => {
    await mkdir(bench.home, { recursive: true });
    await chmod(bench.home, 0o555);
    const before = await readdir(bench.home);
    const said = await bench.run(['pull', 'gpt2', '--json'], options);
    expect(said.status, said.stderr).toBe(1);
    expect(errorOf(said)).toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining(bench.home),
    });
    expect(await readdir(bench.home)).toEqual(before);
  });

  it('is named by the error also when the store cannot be made', async () => {
    await mkdir(join(bench.folder, 'closed'), { mode: 0o555 });
    const env = { MODELKEEP_HOME: join(bench.folder, 'closed/home') };
    const said = await bench.run(['pull', 'gpt2', '--json'], { ...options, env });
    expect(said.status, said.stderr).toBe(1);
    expect(errorOf(said).message).toContain(join(bench.folder, 'closed'));
  });

  it('is read', async () => {
    await pullBoth();
    const folders = execFileSync('find', [bench.home, '-type', 'd'], { encoding: 'utf8' });
    for (const folder of folders.trim().split('\n')) await chmod(folder, 0o555);
    if (!IN_DATABASE) await chmod(join(bench.home, 'index.db'), 0o444);
    const listed = await bench.run(['ls', '--json'], options);
    expect(listed.status, listed.stderr).toBe(0);
    expect(JSON.parse(listed.stdout)).toHaveLength(3);
    const path = await bench.run(['path', 'org/Model-A'], options);
    expect(path.status, path.stderr).toBe(0);
    await expectFiles(path.stdout.trim(), FILES);
    const removed = await bench.run(['rm', 'gpt2', '--yes', '--json'], options);
    expect(removed.status).toBe(1);
    expect(errorOf(removed)).toMatchObject({ code: 'storage-failed' });
    for (const folder of folders.trim().split('\n')) await chmod(folder, 0o755);
  });
});
