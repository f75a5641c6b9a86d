import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';

const WEIGHTS = { generated: { size: 3_000_000, seed: 1 } };
const KEPT = 'hub/models--org--model/snapshots';

let hub: FakeHub;
let bench: Bench;
let commit = '';

beforeAll(async () => {
  hub = await startFakeHub();
  commit = await hub.addModel({
    id: 'org/model',
    files: { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS, 'nested/notes.txt': 'hello' },
    libraryName: 'sentence-transformers',
    tags: ['en', 'region:us'],
    gitTags: ['v1'],
  });
  await hub.addModel({ id: 'gpt2', files: { 'config.json': '{"a":1}', 'other.txt': 'other' } });
  await hub.addModel({ id: 'org/gated', files: { 'config.json': '{}' }, gated: 'auto' });
});
afterAll(() => hub[Symbol.asyncDispose]());

beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('pull and what shows it', () => {
  it('gives a folder that path names, and fetches nothing twice', async () => {
    const pulled = await bench.run(['pull', 'org/model']);
    expect(pulled.status).toBe(0);
    const folder = join(bench.home, KEPT, commit);
    expect(pulled.stdout).toBe(`${folder}\n`);
    expect(pulled.stderr).toMatch(/^org\/model \w{12}: 3 files, 3\.00 MB \(3 files, .* fetched/m);
    expect(await readFile(join(folder, 'nested/notes.txt'), 'utf8')).toBe('hello');
    expect((await bench.run(['path', 'org/model'])).stdout).toBe(`${folder}\n`);

    hub.resetCounters();
    expect((await bench.run(['pull', 'org/model'])).stderr).toContain('(already there)');
    expect(hub.bodyBytes()).toBe(0);
  });

  it('takes revisions, include and exclude', async () => {
    await bench.json(['pull', 'org/model@v1', '--include', '*.json', '--include', 'nested/*']);
    await bench.json(['pull', 'org/model', '--exclude', '*.safetensors']);
    const models = (await bench.json(['ls'])) as { key: string; fileCount: number }[];
    expect(models).toMatchObject([
      { key: 'hf@org/model', revision: 'main', fileCount: 2, complete: false },
      { key: 'hf@org/model@v1', revision: 'v1', fileCount: 2, complete: false },
    ]);
    expect(await readdir(join(bench.home, KEPT, commit))).toEqual(['config.json', 'nested']);
  });

  it('is shown by ls, show and du, each one JSON document', async () => {
    await bench.json(['pull', 'org/model', 'gpt2']);
    expect(await bench.json(['ls'])).toMatchObject([
      { key: 'hf@gpt2', modelId: 'gpt2', complete: true },
      {
        key: 'hf@org/model',
        commitHash: commit,
        sizeInBytes: 3_000_012,
        fileCount: 3,
        path: join(bench.home, KEPT, commit),
      },
    ]);
    expect(await bench.json(['show', 'org/model'])).toMatchObject({
      commitHash: commit,
      exclusiveBytes: 3_000_005,
      metadata: { libraryName: 'sentence-transformers', taggedLanguages: ['en'] },
      files: [{ path: 'config.json' }, { path: 'model.safetensors', lfs: true }, {}],
    });
    expect(await bench.json(['du'])).toMatchObject({ blobBytes: 3_000_017, unreferencedBytes: 0 });
    expect((await bench.run(['ls'])).stdout).toContain('org/model');
    expect((await bench.run(['show', 'org/model'])).stdout).toContain('sentence-transformers');
    const du = (await bench.run(['du'])).stdout;
    expect(du).toContain('3.00 MB on disk');
    const what = bench.objects === bench.home ? 'the store is' : 'models are laid out in';
    expect(du).toContain(`${what} ${bench.home}; HF_HUB_CACHE=${join(bench.home, 'hub')}\n`);
  });
});

it.runIf(process.platform === 'linux')(
  'says that standard output cannot be written, and ends in order',
  async () => {
    const script = '"$0" "$@" > /dev/full';
    const { status, stderr } = await bench.run(['ls', '--json'], {
      under: ['bash', '-c', script],
    });
    expect(status).toBe(7);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'no-space' } });
  },
);

describe('rm and gc', () => {
  it('remove a model, and nothing that another one uses', async () => {
    await bench.json(['pull', 'org/model', 'gpt2']);
    expect((await bench.run(['rm', 'org/model'])).status).toBe(2);
    const removed = await bench.run(['rm', 'org/model', '--yes']);
    expect(removed).toMatchObject({ status: 0, stdout: 'removed org/model: 3.00 MB freed\n' });
    expect((await bench.run(['path', 'org/model'])).status).toBe(3);
    const folder = (await bench.run(['path', 'gpt2'])).stdout.trim();
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('{"a":1}');
    expect(await bench.json(['gc'])).toMatchObject({ dryRun: false, blobs: { count: 0 } });
    expect(await bench.json(['gc', '--dry-run'])).toMatchObject({ dryRun: true });
    expect(await bench.json(['du'])).toMatchObject({ blobBytes: 12 });
  });
});

describe('export and import', () => {
  it.each(['tar', 'tar.gz', 'tar.zst', 'zip'])('carry a model as %s', async (format) => {
    await bench.json(['pull', 'org/model']);
    const file = join(bench.folder, `model.${format}`);
    const [exported] = (await bench.json(['export', 'org/model', '-o', file])) as [object];
    expect(exported).toEqual({
      model: 'org/model',
      file,
      format,
      sizeInBytes: (await readFile(file)).length,
    });
    const again = await bench.run(['export', 'org/model', '-o', '-', '--format', format]);
    expect(again.bytes.equals(await readFile(file))).toBe(true);

    const other = { env: { MODELKEEP_HOME: join(bench.folder, 'other'), HF_HUB_OFFLINE: '1' } };
    expect(await bench.json(['import', file], other)).toMatchObject([
      { key: 'hf@org/model', commitHash: commit, addedFiles: 3, derived: false },
    ]);
    const folder = (await bench.run(['path', 'org/model'], other)).stdout.trim();
    const original = join(bench.home, KEPT, commit, 'model.safetensors');
    const carried = await readFile(join(folder, 'model.safetensors'));
    expect(carried.equals(await readFile(original))).toBe(true);
  });

  it('stream through a pipe, and name archives after the model', async () => {
    await bench.json(['pull', 'org/model', 'gpt2']);
    const archive = await bench.run(['export', 'org/model', '-o', '-']);
    const other = { env: { MODELKEEP_HOME: join(bench.folder, 'other') } };
    const imported = await bench.run(['import', '-'], { ...other, input: archive.bytes });
    expect(imported).toMatchObject({ status: 0 });
    expect(imported.stdout).toMatch(/^imported org\/model /);

    await bench.json(['export', 'org/model', 'gpt2', '-o', 'archives']);
    const names = await readdir(join(bench.folder, 'archives'));
    expect(names.sort()).toEqual(['gpt2.tar', 'org_2fmodel.tar']);
  });

  it('refuse what is no archive and keep nothing of it', async () => {
    await writeFile(join(bench.folder, 'bad.tar'), 'no archive at all');
    const outcome = await bench.run(['import', 'bad.tar']);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^error: /);
    expect(await bench.json(['ls'])).toEqual([]);
    expect((await bench.run(['import', 'absent.tar'])).stderr).toMatch(/^error: there is no /);
  });
});

describe('adopt', () => {
  it('takes a Hugging Face cache', async () => {
    await bench.json(['pull', 'org/model']);
    const other = { env: { MODELKEEP_HOME: join(bench.folder, 'other') } };
    expect(await bench.json(['adopt', join(bench.home, 'hub')], other)).toMatchObject({
      adopted: [{ key: 'hf@org/model', commitHash: commit }],
      skipped: [],
    });
    expect((await bench.run(['path', 'org/model'], other)).status).toBe(0);
  });
});

describe('verify', () => {
  it('finds damage, and repairs it from the source', async () => {
    await bench.json(['pull', 'org/model']);
    expect(await bench.json(['verify'])).toMatchObject({ full: true, problems: [] });
    expect(await bench.json(['verify', '--quick'])).toMatchObject({ full: false, problems: [] });

    const details = (await bench.json(['show', 'org/model'])) as { files: { digest: string }[] };
    const digest = details.files[1]?.digest ?? '';
    const blob = join(bench.objects, 'blobs/sha256', digest.slice(0, 2), digest);
    const bytes = await readFile(blob);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(blob, bytes, { mode: 0o644 });

    const broken = await bench.run(['verify']);
    expect(broken.status).toBe(5);
    expect(broken.stdout).toContain('problem: ');
    expect((await bench.run(['verify', '--repair'])).status).toBe(0);
    expect(await bench.json(['verify'])).toMatchObject({ problems: [] });
  });
});
