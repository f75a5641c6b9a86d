import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { diskCache } from './disk-cache.ts';

requires('python-env');

const { hf, python } = pythonEnvironment();
const run = promisify(execFile);
const ID = 'org/name';
const FILES = {
  'README.md': '---\nlibrary_name: transformers\nlanguage: en\n---\n# Title\n',
  'config.json': '{"a":1}',
  'sub/deep/näme #1.txt': 'text',
  'model.safetensors': { generated: { size: 12_000_000, seed: 1 } },
};

function settings(url: string, home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HF_ENDPOINT: url,
    HF_HOME: home,
    HF_HUB_DISABLE_TELEMETRY: '1',
    NO_PROXY: '*',
    ...more,
  };
}

describe('adoptFolder of a cache that huggingface_hub made', () => {
  it.each([
    ['with links', {}],
    ['without links', { HF_HUB_DISABLE_SYMLINKS: '1' }],
  ])('%s: complete, proved, and the cache stays what it was', async (_how, more) => {
    await using hub = await startFakeHub();
    const sha = await hub.addModel({ id: ID, files: FILES });
    await using test = await diskCache();
    await using home = await tempFolder(test.folder);
    const env = settings(hub.url, home.path, more);
    const { stdout } = await run(hf, ['download', ID, '--quiet'], { env });
    const given = stdout.trim();

    const { adopted, skipped, linkedBytes, copiedBytes } = await test.cache.adoptFolder(home.path);
    expect(skipped).toEqual([]);
    expect(copiedBytes).toBe(0);
    expect(linkedBytes).toBeGreaterThan(12_000_000);
    expect(adopted).toMatchObject([
      {
        key: `hf@${ID}`,
        commit: sha,
        fileCount: Object.keys(FILES).length,
        complete: true,
        metadata: { libraryName: 'transformers', taggedLanguages: ['en'] },
      },
    ]);
    const path = adopted[0]?.path ?? '';
    for (const name of Object.keys(FILES))
      expect((await stat(join(path, name))).ino).toBe((await stat(join(given, name))).ino);
    expect((await test.cache.verifyModels()).problems).toEqual([]);

    // Both the cache as it was and the store's own are good for the client, without a network.
    await run(hf, ['download', ID], { env });
    await run(hf, ['cache', 'verify', ID], { env });
    const script = `import huggingface_hub as h; print(h.snapshot_download("${ID}"))`;
    for (const cache of [home.join('hub'), join(test.folder, 'hub')]) {
      const offline = settings('http://127.0.0.1:9', home.join('none'), {
        HF_HUB_CACHE: cache,
        HF_HUB_OFFLINE: '1',
      });
      const answer = await run(python, ['-c', script], { env: offline });
      expect(answer.stdout.trim()).toBe(join(cache, 'models--org--name', 'snapshots', sha));
      expect(await readFile(join(answer.stdout.trim(), 'sub/deep/näme #1.txt'), 'utf8')).toBe(
        'text',
      );
    }
  });

  it('knows from the listing what a partial download lacks', async () => {
    await using hub = await startFakeHub();
    await hub.addModel({ id: ID, files: FILES });
    await using test = await diskCache();
    await using home = await tempFolder(test.folder);
    const env = settings(hub.url, home.path);
    await run(hf, ['download', ID, '--include', '*.json'], { env });
    const { adopted } = await test.cache.adoptFolder(home.path);
    expect(adopted).toMatchObject([{ fileCount: 1, complete: false }]);
    const { omitted } = await test.cache.showModel(ID);
    expect(omitted.map(({ path, lfs }) => [path, lfs])).toEqual(
      expect.arrayContaining([['model.safetensors', true]]),
    );
    expect(omitted).toHaveLength(3);
  });

  it('finds the byte that the client did not', async () => {
    await using hub = await startFakeHub();
    await hub.addModel({ id: ID, files: FILES });
    hub.faults.add({ kind: 'corrupt', match: '*.safetensors', atOffset: 7_654_321 });
    await using test = await diskCache();
    await using home = await tempFolder(test.folder);
    await run(hf, ['download', ID], { env: settings(hub.url, home.path) });
    const { adopted, skipped } = await test.cache.adoptFolder(home.path);
    expect(adopted).toMatchObject([{ fileCount: 3, complete: false }]);
    expect(skipped).toMatchObject([
      {
        path: expect.stringMatching(/model\.safetensors$/),
        reason: expect.stringContaining('damaged'),
      },
    ]);
    expect(await readdir(join(test.folder, 'partial'))).toEqual([]);
  });
});
