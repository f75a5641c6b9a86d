import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import {
  embedByName,
  embedFrom,
  MINI_LM,
  MINI_LM_FACTS,
  referenceEmbedding,
  startMiniLmHub,
} from './support/mini-lm.ts';
import { runProgram } from './support/programs.ts';
import { bytesBelow, readContents, readTree } from './support/read-tree.ts';

requires('python-env', 'coreutils');

const { hf, miniLmFolder } = pythonEnvironment();
const REPOSITORY = 'models--sentence-transformers--all-MiniLM-L6-v2';
/** Nothing listens there. */
const NO_HUB = { HF_ENDPOINT: 'http://127.0.0.1:9' };

interface ModelJson {
  readonly path: string;
  readonly sizeInBytes: number;
  readonly fileCount: number;
  readonly lastUsed: number | null;
}

let hub: FakeHub;
let commit = '';
let bench: Bench;
let folder = '';
let contents: Record<string, string>;
let modelBytes = 0;

beforeAll(async () => {
  ({ hub, commit } = await startMiniLmHub());
  bench = await createBench({ HF_ENDPOINT: hub.url });
  contents = await readContents(miniLmFolder);
  modelBytes = await bytesBelow(miniLmFolder);
  const [pulled] = (await bench.json(['pull', MINI_LM])) as ModelJson[];
  folder = pulled?.path ?? '';
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

/** How huggingface_hub is set for the store. */
function hubClient(more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    HOME: bench.folder,
    HF_HUB_CACHE: join(bench.home, 'hub'),
    HF_HUB_DISABLE_TELEMETRY: '1',
    NO_PROXY: '*',
    ...more,
  };
}

async function diskUsage(path: string): Promise<number> {
  return Number.parseInt(await runProgram('du', ['-sb', path]), 10);
}

async function bytesOfFolders(path: string): Promise<number> {
  let { size: bytes } = await stat(path);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

describe('a real model that was pulled', () => {
  it('was fetched once, and path names its folder without a Hub', async () => {
    expect(hub.bodyBytes()).toBe(modelBytes);
    expect(folder).toBe(join(bench.home, 'hub', REPOSITORY, 'snapshots', commit));
    const answer = await bench.run(['path', MINI_LM], { env: NO_HUB });
    expect(answer).toMatchObject({ status: 0, stdout: `${folder}\n`, stderr: '' });
    expect(await readContents(folder)).toEqual(contents);
  });

  it('gives the same embedding from its folder, and by name from the store', async () => {
    const reference = await referenceEmbedding();
    expect(await embedFrom(folder)).toEqual(reference);
    const offline = hubClient({ ...NO_HUB, HF_HUB_OFFLINE: '1' });
    expect(await embedByName(offline)).toEqual(reference);
    expect(await embedByName(offline, '--revision', commit)).toEqual(reference);
  });

  it('is seen and found intact by hf', async () => {
    const env = hubClient({ HF_ENDPOINT: hub.url });
    const seen: unknown = JSON.parse(await runProgram(hf, ['cache', 'ls', '--json'], { env }));
    const size = `${(modelBytes / 1e6).toFixed(1)}M`;
    expect(seen).toMatchObject([{ repo_id: MINI_LM, repo_type: 'model', size, refs: ['main'] }]);
    const strict = ['--fail-on-missing-files', '--fail-on-extra-files'];
    await runProgram(hf, ['cache', 'verify', MINI_LM, ...strict], { env });
  });

  it('lies as huggingface_hub itself lays it', async () => {
    const theirs = await mkdtemp(join(bench.folder, 'hf-'));
    const env = hubClient({ HF_ENDPOINT: hub.url, HF_HUB_CACHE: theirs });
    await runProgram(hf, ['download', MINI_LM, '--quiet'], { env });
    const expected = await readTree(join(theirs, REPOSITORY));
    expect(Object.keys(expected)).toEqual(
      expect.arrayContaining([
        'refs/main',
        `trees/${commit}.json`,
        `snapshots/${commit}/1_Pooling/config.json`,
      ]),
    );
    expect(await readTree(join(bench.home, 'hub', REPOSITORY))).toEqual(expected);
  });

  it('has the figures that du and sha256sum give', async () => {
    const files = Object.keys(contents).map((path) => join(folder, path));
    const total = (await runProgram('du', ['-bcL', ...files])).trim().split('\n').at(-1);
    expect(total).toBe(`${modelBytes}\ttotal`);
    expect(await bench.json(['ls'])).toMatchObject([
      { key: `hf@${MINI_LM}`, commitHash: commit, sizeInBytes: modelBytes, path: folder },
    ]);

    const details = (await bench.json(['show', MINI_LM])) as ModelJson & {
      exclusiveBytes: number;
      files: { path: string; size: number; digest: string }[];
    };
    expect(details).toMatchObject({ sizeInBytes: modelBytes, exclusiveBytes: modelBytes });
    expect(details.fileCount).toBe(files.length);
    const sums = (await runProgram('sha256sum', files)).trim().split('\n');
    const byPath = sums.map((line) => [relative(folder, line.slice(66)), line.slice(0, 64)]);
    expect(Object.fromEntries(details.files.map(({ path, digest }) => [path, digest]))).toEqual(
      Object.fromEntries(byPath),
    );

    // `du` counts what a folder itself takes too.
    const blobs = join(bench.objects, 'blobs');
    const blobBytes = (await diskUsage(blobs)) - (await bytesOfFolders(blobs));
    expect(await bench.json(['du'])).toMatchObject({
      models: [{ key: `hf@${MINI_LM}`, sizeInBytes: modelBytes, exclusiveBytes: modelBytes }],
      logicalBytes: modelBytes,
      blobBytes,
      blobCount: new Set(Object.values(contents)).size,
      unreferencedBytes: 0,
      partialBytes: 0,
    });
    expect(blobBytes).toBe(modelBytes);
    // The whole home: each content once, and little beside it.
    expect(await diskUsage(bench.home)).toBeLessThan(modelBytes * 1.01);

    expect(await bench.json(['verify'])).toMatchObject({
      models: 1,
      checkedFiles: new Set(Object.values(contents)).size,
      checkedBytes: modelBytes,
      problems: [],
    });
  });

  it('has the metadata that the Hub tells, and that path keeps up to date', async () => {
    const before = Date.now();
    await bench.json(['rm', MINI_LM, '--yes']);
    await bench.json(['pull', MINI_LM]);
    const user = userInfo().username;
    const details = (await bench.json(['show', MINI_LM])) as {
      metadata: { downloadDate: number };
    };
    expect(details).toMatchObject({ lastUsed: null, lastUsedBy: null, downloadedBy: user });
    expect(details.metadata).toEqual({
      commitHash: commit,
      downloadDate: expect.any(Number),
      downloadedBy: user,
      lastDssUsage: null,
      lastModified: MINI_LM_FACTS.lastModified,
      lastUsedBy: null,
      libraryName: MINI_LM_FACTS.libraryName,
      modelDefinition: { key: `hf@${MINI_LM}` },
      pipelineName: MINI_LM_FACTS.pipelineTag,
      sizeInBytes: modelBytes,
      taggedLanguages: ['en'],
      tags: MINI_LM_FACTS.tags,
      url: `${hub.url}/sentence-transformers%2Fall-MiniLM-L6-v2/tree/main`,
      version: 0,
    });
    expect(details.metadata.downloadDate).toBeGreaterThanOrEqual(before);

    await bench.json(['path', MINI_LM]);
    const [used] = (await bench.json(['ls'])) as ModelJson[];
    expect(used).toMatchObject({ lastUsedBy: user });
    expect(used?.lastUsed).toBeGreaterThanOrEqual(details.metadata.downloadDate);
  });
});
