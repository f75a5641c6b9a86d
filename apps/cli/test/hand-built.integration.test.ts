import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { type GitLfsServer, startGitLfsServer } from '@modelkeep/testkit/git-lfs-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import {
  embedFrom,
  MINI_LM,
  MINI_LM_FACTS,
  referenceEmbedding,
  startMiniLmHub,
} from './support/mini-lm.ts';
import { runProgram } from './support/programs.ts';
import { bytesBelow, readContents, readTree } from './support/read-tree.ts';
import { expectOnly } from './support/store-on-disk.ts';

requires('python-env', 'git-lfs', 'tar', 'bsdtar', 'zip', 'zstd');

const { miniLmFolder } = pythonEnvironment();
const REPOSITORY = 'hub/models--sentence-transformers--all-MiniLM-L6-v2';
/** What a person writes who has read the format's page. */
const METADATA = {
  modelDefinition: { key: `hf@${MINI_LM}` },
  url: 'https://huggingface.co/sentence-transformers%2Fall-MiniLM-L6-v2/tree/main',
  version: 0,
};

let hub: FakeHub;
let server: GitLfsServer;
let bench: Bench;
let commit = '';
let contents: Record<string, string>;
let reference: readonly number[];

function git(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return runProgram('git', args, {
    cwd: bench.folder,
    env: { HOME: bench.folder, NO_PROXY: '*', ...env },
  });
}

/** A folder made by hand: a clone called `model`, and the metadata. */
async function buildFolder(name: string, env: Record<string, string> = {}): Promise<string> {
  const root = join(bench.folder, name);
  await mkdir(root);
  await git(['clone', '--quiet', `${server.url}/${MINI_LM}`], env);
  await rename(join(bench.folder, 'all-MiniLM-L6-v2'), join(root, 'model'));
  await writeFile(join(root, 'model_metadata.json'), JSON.stringify(METADATA, null, 2));
  return root;
}

beforeAll(async () => {
  ({ hub } = await startMiniLmHub());
  server = await startGitLfsServer();
  commit = await server.addModelFromFolder(MINI_LM, miniLmFolder, {
    date: MINI_LM_FACTS.lastModified,
  });
  bench = await createBench({ HF_ENDPOINT: hub.url });
  await git(['lfs', 'install']);
  contents = await readContents(miniLmFolder);
  reference = await referenceEmbedding();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});
afterEach(() => bench.empty());

describe('a model cloned with git-lfs', () => {
  let root = '';

  beforeAll(async () => {
    root = await buildFolder('built by hand');
    expect(await git(['-C', join(root, 'model'), 'rev-parse', 'HEAD'])).toBe(`${commit}\n`);
  });

  /** Imports and proves that what came is the model. */
  async function expectModel(input: string): Promise<void> {
    expect(await bench.json(['import', input])).toMatchObject([
      {
        key: `hf@${MINI_LM}`,
        commitHash: commit,
        derived: false,
        complete: true,
        fileCount: Object.keys(contents).length,
        sizeInBytes: await bytesBelow(miniLmFolder),
        warnings: [],
      },
    ]);
    const folder = (await bench.run(['path', MINI_LM])).stdout.trim();
    expect(await readContents(folder)).toEqual(contents);
    expect(await readdir(folder)).not.toContain('.git');
    expect(await embedFrom(folder)).toEqual(reference);
  }

  const FORMATS: readonly (readonly [what: string, program: string, ...options: string[]])[] = [
    ['tar, made by GNU tar', 'tar', '-cf'],
    ['tar.gz, made by GNU tar', 'tar', '-I', 'gzip -1', '-cf'],
    ['tar.zst, made by GNU tar', 'tar', '--zstd', '-cf'],
    ['tar, made by bsdtar', 'bsdtar', '-cf'],
    ['tar.gz, made by bsdtar', 'bsdtar', '--options', 'gzip:compression-level=1', '-czf'],
    ['tar.zst, made by bsdtar', 'bsdtar', '--zstd', '-cf'],
    ['zip, made by bsdtar', 'bsdtar', '--format', 'zip', '-cf'],
    ['zip, made by zip -r', 'sh', '-c', 'zip -q -r -1 - "$1" > "$0"'],
    [
      'zip, made by zip -r, stored and without folders',
      'sh',
      '-c',
      'zip -q -r -0 -D - "$1" > "$0"',
    ],
  ];
  it.skipIf(ON_OTHER_BACKENDS).each(FORMATS)(
    'is imported from a %s, whatever its name',
    async (_what, program, ...options) => {
      const archive = join(bench.folder, 'archive');
      await runProgram(program, [...options, archive, 'built by hand'], { cwd: bench.folder });
      await expectModel(archive);
      await rm(archive);
    },
  );

  it('is imported from the folder, and lies there as if it had been pulled', async () => {
    await expectModel(root);
    expect(await bench.json(['show', MINI_LM])).toMatchObject({ metadata: METADATA });
    const imported = await readTree(join(bench.home, REPOSITORY));
    hub.resetCounters();
    await bench.json(['pull', MINI_LM]);
    expect(hub.bodyBytes()).toBe(0);
    expect(await bench.json(['verify'])).toMatchObject({ problems: [] });

    const pulled = join(bench.folder, 'pulled');
    await bench.json(['pull', MINI_LM], { env: { MODELKEEP_HOME: pulled } });
    expect(await readTree(join(pulled, REPOSITORY))).toEqual(imported);
  });
});

describe('a clone whose git-lfs files were not fetched', () => {
  it('is refused by name with the command that fetches them, and taken once that was run', async () => {
    const root = await buildFolder('pointers', { GIT_LFS_SKIP_SMUDGE: '1' });
    const archive = join(bench.folder, 'pointers.tar.gz');
    await runProgram('tar', ['-czf', archive, 'pointers'], { cwd: bench.folder });
    for (const input of [root, archive]) {
      const refused = await bench.run(['import', input]);
      expect(refused).toMatchObject({ status: 1, stdout: '' });
      expect(refused.stderr).toContain(
        'git-lfs pointers instead of the content of "model.safetensors"',
      );
      expect(refused.stderr).toContain('git lfs pull');
      expect(await bench.json(['ls'])).toEqual([]);
      expect(await bench.json(['du'])).toMatchObject({ blobBytes: 0, partialBytes: 0 });
      await expectOnly(bench, []);
    }
    await git(['-C', join(root, 'model'), 'lfs', 'pull']);
    expect(await bench.json(['import', root])).toMatchObject([{ commitHash: commit }]);
    const folder = (await bench.run(['path', MINI_LM])).stdout.trim();
    expect(await embedFrom(folder)).toEqual(reference);
  });
});
