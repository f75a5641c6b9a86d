import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, MAIN } from './modelkeep.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import {
  embedByName,
  embedFrom,
  MINI_LM,
  referenceEmbedding,
  startMiniLmHub,
} from './support/mini-lm.ts';
import { runProgram } from './support/programs.ts';
import { readContents } from './support/read-tree.ts';

requires('python-env', 'network-namespace', 'tar', 'zstd');

/** Runs a program where there is no network, not even loopback. */
const NO_NETWORK = ['unshare', '--net', '--'];
const ROOT = 'sentence-transformers_2fall-MiniLM-L6-v2';

let hub: FakeHub;
let bench: Bench;
let contents: Record<string, string>;
let reference: readonly number[];
let sites = 0;

/** A machine behind the air gap, with a store of its own. */
class Site {
  readonly home: string;

  constructor(home: string) {
    this.home = home;
  }

  get #options(): { env: Record<string, string>; under: readonly string[] } {
    return { env: { MODELKEEP_HOME: this.home }, under: NO_NETWORK };
  }

  run(...args: string[]): ReturnType<Bench['run']> {
    return bench.run(args, this.#options);
  }

  json(...args: string[]): Promise<unknown> {
    return bench.json(args, this.#options);
  }

  async path(name: string): Promise<string> {
    const { status, stdout, stderr } = await this.run('path', name);
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  }
}

let site: Site;

beforeAll(async () => {
  ({ hub } = await startMiniLmHub());
  await hub.addModel({ id: 'gpt2', files: { 'config.json': '{}', 'model.bin': 'weights' } });
  bench = await createBench({ HF_ENDPOINT: hub.url });
  await bench.json(['pull', MINI_LM, 'gpt2']);
  contents = await readContents(pythonEnvironment().miniLmFolder);
  reference = await referenceEmbedding();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});
beforeEach(() => {
  sites += 1;
  site = new Site(join(bench.folder, `site-${sites}`));
});

async function exportTo(name: string, model = MINI_LM, home = bench.home): Promise<string> {
  const file = join(bench.folder, name);
  await bench.json(['export', model, '-o', file], { env: { MODELKEEP_HOME: home } });
  return file;
}

/** The metadata of an archive, as tar itself finds it. */
async function metadataOf(file: string): Promise<Record<string, unknown>> {
  const text = await runProgram('tar', ['-xOf', file, `${ROOT}/model_metadata.json`]);
  return JSON.parse(text) as Record<string, unknown>;
}

describe('a machine without network', () => {
  it('cannot pull, and says so', async () => {
    await mkdir(site.home);
    await writeFile(join(site.home, 'config.yaml'), 'fetch: { maxAttempts: 2, retryDelayMs: 1 }\n');
    expect(await site.run('pull', 'gpt2')).toMatchObject({
      status: 6,
      stderr: expect.stringMatching(/^error: /m),
    });
  });

  it.each([
    ['tar', '', 'ustar'],
    ...(ON_OTHER_BACKENDS
      ? []
      : [
          ['tar.gz', '1f8b', ''],
          ['tar.zst', '28b52ffd', ''],
        ]),
  ] as [string, string, string][])(
    'gets a model by %s that gives the same embedding',
    async (format, magic, mark) => {
      const file = await exportTo(`carried.${format}`);
      const bytes = await readFile(file);
      expect(bytes.subarray(0, magic.length / 2).toString('hex')).toBe(magic);
      expect(bytes.subarray(257, 257 + mark.length).toString()).toBe(mark);
      const again = await exportTo(`again.${format}`);
      expect(bytes.equals(await readFile(again))).toBe(true);
      const listed = (await runProgram('tar', ['-tf', file])).trim().split('\n');
      expect(listed.filter((path) => !path.endsWith('/'))).toEqual([
        `${ROOT}/model_metadata.json`,
        `${ROOT}/modelkeep.json`,
        ...Object.keys(contents).map((path) => `${ROOT}/model/${path}`),
      ]);

      expect(await site.json('import', file)).toMatchObject([
        { key: `hf@${MINI_LM}`, derived: false, complete: true, warnings: [] },
      ]);
      const folder = await site.path(MINI_LM);
      expect(folder.startsWith(site.home)).toBe(true);
      expect(await readContents(folder)).toEqual(contents);
      expect(await embedFrom(folder, ...NO_NETWORK)).toEqual(reference);
      const env = { HF_HUB_CACHE: join(site.home, 'hub'), HF_HUB_OFFLINE: '1', HOME: bench.folder };
      expect(await embedByName(env)).toEqual(reference);
      expect(await site.json('verify')).toMatchObject({ problems: [] });
    },
  );

  it('gets a model through a pipe', async () => {
    const script = `"$0" "$1" export "$2" -o - | MODELKEEP_HOME="$3" ${NO_NETWORK.join(' ')} "$0" "$1" import -`;
    await runProgram('bash', ['-ec', script, process.execPath, MAIN, MINI_LM, site.home], {
      env: { HOME: bench.folder, MODELKEEP_HOME: bench.home },
    });
    expect(await readContents(await site.path(MINI_LM))).toEqual(contents);
  });

  it('gets several models from one folder of archives', async () => {
    const folder = join(bench.folder, 'archives');
    await bench.json(['export', MINI_LM, 'gpt2', '-o', folder, '--format', 'tar.zst']);
    const names = (await readdir(folder)).sort();
    expect(names).toEqual(['gpt2.tar.zst', `${ROOT}.tar.zst`]);
    await site.json('import', ...names.map((name) => join(folder, name)));
    expect(await site.json('ls')).toMatchObject([{ modelId: 'gpt2' }, { modelId: MINI_LM }]);
    expect(await readFile(join(await site.path('gpt2'), 'model.bin'), 'utf8')).toBe('weights');
  });
});

describe('the metadata on its way', () => {
  it('leaves the importing machine as it came, until the model is used there', async () => {
    const file = await exportTo('first.tar');
    await site.json('import', file);
    const onward = await exportTo('onward.tar', MINI_LM, site.home);
    expect((await readFile(onward)).equals(await readFile(file))).toBe(true);

    await site.path(MINI_LM);
    const used = await metadataOf(await exportTo('used.tar', MINI_LM, site.home));
    const { lastDssUsage, lastUsedBy, ...rest } = await metadataOf(file);
    expect({ lastDssUsage, lastUsedBy }).toEqual({ lastDssUsage: null, lastUsedBy: null });
    expect(used).toEqual({
      ...rest,
      lastDssUsage: expect.any(Number),
      lastUsedBy: expect.any(String),
    });
  });

  it('keeps unknown fields, and their order', async () => {
    const original = await metadataOf(await exportTo('plain.tar'));
    const { version, ...fields } = original;
    const other = {
      zone: { nested: [1, 'two', null, { three: 3.5 }] },
      ...fields,
      downloadedBy: 'admin',
      lastDssUsage: 1_699_570_884_724,
      lastUsedBy: 'ада',
      modelDefinition: { ...(fields['modelDefinition'] as object), note: 'kept too' },
      'field with spaces': false,
      version,
      afterwards: '',
    };
    const root = join(bench.folder, 'rebuilt', ROOT);
    await mkdir(root, { recursive: true });
    await runProgram('tar', ['-xf', join(bench.folder, 'plain.tar'), '-C', join(root, '..')]);
    await writeFile(join(root, 'model_metadata.json'), JSON.stringify(other));
    await site.json('import', root);
    const file = await exportTo('with-more.tar', MINI_LM, site.home);
    expect(JSON.stringify(await metadataOf(file))).toBe(JSON.stringify(other));

    const third = new Site(join(bench.folder, 'third'));
    await third.json('import', file);
    const onward = await exportTo('third.tar', MINI_LM, third.home);
    expect((await readFile(onward)).equals(await readFile(file))).toBe(true);
    expect(await third.json('ls')).toMatchObject([
      { downloadedBy: 'admin', lastUsedBy: 'ада', lastUsed: 1_699_570_884_724 },
    ]);
  });
});
