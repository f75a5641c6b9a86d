import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { startServer } from '../server/start-server.ts';
import { askPass, type Git, gitIn } from '../support/git.ts';
import { embedFrom, MINI_LM, referenceEmbedding, startMiniLmHub } from '../support/mini-lm.ts';
import { runProgram } from '../support/programs.ts';
import { bytesBelow, readContents } from '../support/read-tree.ts';

requires('python-env', 'git-lfs', 'tar', 'network-namespace');

const { hf, miniLmFolder } = pythonEnvironment();
const NO_NETWORK = ['unshare', '--net', '--'];

let hub: FakeHub;
let commit = '';
let contents: Record<string, string>;
let bench: Bench;
let git: Git;

beforeAll(async () => {
  ({ hub, commit } = await startMiniLmHub());
  contents = await readContents(miniLmFolder);
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
  git = await gitIn(bench.folder);
  hub.resetCounters();
});
afterEach(() => bench[Symbol.asyncDispose]());

async function expectClean(clone: string): Promise<void> {
  const folder = join(bench.folder, clone);
  expect(await readContents(folder)).toEqual(contents);
  expect(await git(['-C', folder, 'status', '--porcelain'])).toBe('');
  await git(['-C', folder, 'fsck', '--full', '--strict']);
  expect(await git(['-C', folder, 'lfs', 'fsck'])).toContain('Git LFS fsck OK');
}

describe('git clone of a real model', () => {
  it('gives its files byte for byte, and shares them with the way of hf', async () => {
    await using server = await startServer(bench);
    await git(['clone', '--quiet', `${server.url}/${MINI_LM}`]);
    await expectClean('all-MiniLM-L6-v2');
    expect(await git(['-C', 'all-MiniLM-L6-v2', 'log', '-1', '--format=%B'])).toContain(commit);
    const bytes = await bytesBelow(join(bench.objects, 'blobs'));

    const env = { HOME: bench.folder, HF_ENDPOINT: server.url, HF_HUB_DISABLE_TELEMETRY: '1' };
    await runProgram(hf, ['download', MINI_LM, '--quiet'], { env: { ...env, NO_PROXY: '*' } });
    const modelBytes = await bytesBelow(miniLmFolder);
    expect(hub.bodyBytes()).toBe(modelBytes);
    expect(bytes).toBe(modelBytes);
    expect(await bytesBelow(join(bench.objects, 'blobs'))).toBe(bytes);
    expect(await bench.json(['verify'])).toMatchObject({ problems: [] });
  });

  it('goes on without the Hub, gives the same commit elsewhere, and fetches parts', async () => {
    await bench.json(['pull', MINI_LM]);
    await using server = await startServer(bench, { args: ['--offline'] });
    await git(['clone', '--quiet', `${server.url}/${MINI_LM}.git`, 'offline']);
    await expectClean('offline');
    const head = await git(['-C', 'offline', 'rev-parse', 'HEAD']);

    // Another site has it from an archive, and no history at all.
    await bench.json(['export', MINI_LM, '-o', 'model.tar']);
    const elsewhere = { MODELKEEP_HOME: join(bench.folder, 'elsewhere') };
    await bench.json(['import', 'model.tar'], { env: elsewhere });
    await using other = await startServer(bench, { args: ['--offline'], env: elsewhere });
    await git(['clone', '--quiet', '--filter=blob:none', `${other.url}/${MINI_LM}`, 'other'], {
      GIT_LFS_SKIP_SMUDGE: '1',
    });
    expect(await git(['-C', 'other', 'rev-parse', 'HEAD'])).toBe(head);
    const weights = join(bench.folder, 'other/model.safetensors');
    expect((await stat(weights)).size).toBeLessThan(200);
    await git(['-C', 'other', 'lfs', 'pull', '--include', '*.safetensors']);
    await expectClean('other');
  });

  it('ends, packed by hand as its page says or by modelkeep pack, as an imported model that embeds without a network', async () => {
    await using server = await startServer(bench);
    await git(['lfs', 'install']);
    await git(['clone', '--quiet', `${server.url}/${MINI_LM}`]);
    const packed = await bench.json(['pack', 'all-MiniLM-L6-v2', '-o', 'packed.zip']);
    expect(packed).toMatchObject({
      metadata: { modelDefinition: { key: `hf@${MINI_LM}` }, commitHash: commit },
    });
    const root = join(bench.folder, 'sentence-transformers_2fall-MiniLM-L6-v2');
    await mkdir(root);
    await rename(join(bench.folder, 'all-MiniLM-L6-v2'), join(root, 'model'));
    const metadata = {
      modelDefinition: { key: `hf@${MINI_LM}` },
      version: 0,
      url: 'https://huggingface.co/sentence-transformers%2Fall-MiniLM-L6-v2/tree/main',
    };
    await writeFile(join(root, 'model_metadata.json'), JSON.stringify(metadata));
    await runProgram('tar', ['-cf', 'hand.tar', 'sentence-transformers_2fall-MiniLM-L6-v2'], {
      cwd: bench.folder,
    });
    await rm(root, { recursive: true });

    for (const archive of ['hand.tar', 'packed.zip']) {
      const env = { MODELKEEP_HOME: join(bench.folder, `air gap of ${archive}`) };
      const options = { env, under: NO_NETWORK };
      // The upstream's commit, and not the one that was made for git.
      expect(await bench.json(['import', archive], options)).toMatchObject([
        { key: `hf@${MINI_LM}`, commitHash: commit, derived: false, complete: true },
      ]);
      const path = (await bench.run(['path', MINI_LM], options)).stdout.trim();
      expect(await readContents(path)).toEqual(contents);
      expect(await embedFrom(path, ...NO_NETWORK)).toEqual(await referenceEmbedding());
    }
  });

  it('is told at once what an offline cache does not have', async () => {
    await bench.json(['pull', MINI_LM, '--exclude', '*.safetensors']);
    await using server = await startServer(bench, { args: ['--offline'] });
    await expect(git(['clone', '--quiet', `${server.url}/${MINI_LM}`, 'part'])).rejects.toThrow(
      `model.safetensors of ${MINI_LM} is not in the cache, and this cache is offline`,
    );
  });

  it('asks for a token where there are users, and takes it as the password', async () => {
    await using server = await startServer(bench);
    const { token } = (await bench.json(['user', 'add', 'ada', '--role', 'user'])) as {
      token: string;
    };
    const url = `${server.url}/${MINI_LM}`;
    // Within a second the server knows that there are users now.
    await expect
      .poll(() => git(['ls-remote', url]).then(String, String))
      .toContain('could not read Username');
    const env = { GIT_ASKPASS: await askPass(bench.folder, token) };
    await git(['clone', '--quiet', url, 'mine'], env);
    await expectClean('mine');
    const wrong = { GIT_ASKPASS: await askPass(bench.folder, `hf_${'x'.repeat(40)}`) };
    await expect(git(['ls-remote', url], wrong)).rejects.toThrow('Authentication failed');
    expect(server.log()).not.toContain(token);
  });
});

describe('git clone of a model whose .gitattributes does not name its large files', () => {
  it('gives them, and is clean', async () => {
    const root = join(bench.folder, 'made');
    await mkdir(join(root, 'model/sub dir'), { recursive: true });
    await writeFile(join(root, 'model/config.json'), '{}');
    await writeFile(join(root, 'model/sub dir/big file.onnx'), Buffer.alloc(11_000_000, 'weights'));
    await writeFile(
      join(root, 'model_metadata.json'),
      JSON.stringify({
        modelDefinition: { key: 'hf@org/made' },
        url: 'https://huggingface.co/org%2Fmade/tree/main',
        version: 0,
      }),
    );
    await bench.json(['import', root]);
    await using server = await startServer(bench, { args: ['--offline'] });
    await git(['clone', '--quiet', `${server.url}/org/made`, 'clone']);
    const { '.gitattributes': attributes, ...files } = await readContents(
      join(bench.folder, 'clone'),
    );
    expect(attributes).toBeDefined();
    expect(files).toEqual(await readContents(join(root, 'model')));
    expect(await git(['-C', 'clone', 'status', '--porcelain'])).toBe('');
    expect(await git(['-C', 'clone', 'lfs', 'fsck'])).toContain('Git LFS fsck OK');
    expect(await git(['-C', 'clone', 'tag'])).toBe('');
  });
});
