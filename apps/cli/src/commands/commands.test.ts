import type { ModelCache } from '@modelkeep/core';
import { describe, expect, it } from 'vitest';
import { COMMIT, cachedModel, modelDetails, notCached, pullResult } from '../../test/fake-cache.ts';
import { runCommand } from '../../test/run-command.ts';

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('pull', () => {
  it('prints the folder on stdout and what was done on stderr', async () => {
    const outcome = await runCommand(['pull', 'org/m'], {
      cache: { pullModel: (name) => Promise.resolve(pullResult(name)) },
    });
    expect(outcome.status).toBe(0);
    expect(outcome.stdout).toBe(`/store/hub/models--org--m/snapshots/${COMMIT}\n`);
    expect(outcome.stderr).toMatch(
      /^org\/m c9745ed1d9f2: 2 files, 1\.23 MB \(1 file, 1\.00 MB fetched in \d+ s\)\n$/,
    );
  });

  it('passes on what was asked for', async () => {
    const asked: unknown[] = [];
    await runCommand(
      ['pull', 'a', 'b', '--connection', 'c', '--include', 'x', '--include', 'y', '--exclude', 'z'],
      {
        cache: {
          pullModel: (name, options) => {
            asked.push([name, options?.connection, options?.include, options?.exclude]);
            return Promise.resolve(pullResult(name));
          },
        },
      },
    );
    expect(asked).toEqual([
      ['a', 'c', ['x', 'y'], ['z']],
      ['b', 'c', ['x', 'y'], ['z']],
    ]);
  });

  it('goes on after a model that fails, and ends with its status', async () => {
    const outcome = await runCommand(['pull', 'a', 'b', '--json'], {
      cache: {
        pullModel: (name) =>
          name === 'a' ? Promise.reject(notCached('a')) : Promise.resolve(pullResult(name)),
      },
    });
    expect(outcome.status).toBe(3);
    expect(JSON.parse(outcome.stdout)).toMatchObject([{ key: 'hf@b', fetchedFiles: 1 }]);
    expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code: 'model-not-cached' } });
  });

  it('says once that a model is stale, unless quiet', async () => {
    const cache: Partial<ModelCache> = {
      async pullModel(name, { onEvent } = {}) {
        onEvent?.({ type: 'warning', message: `using what is cached of ${name}` });
        return pullResult(name, { stale: true });
      },
    };
    const { stderr } = await runCommand(['pull', 'm'], { cache });
    expect(stderr.match(/warning:.*/g)).toEqual(['warning: using what is cached of m']);
    expect((await runCommand(['pull', 'm', '-q'], { cache })).stderr).toBe('');
  });
});

describe('ls', () => {
  const models = [
    cachedModel('a/b@v1', { lastUsed: Date.now(), lastUsedBy: 'bob', pinned: true }),
    cachedModel('gpt2', { complete: false, sizeInBytes: 999 }),
  ];
  const cache = { listModels: () => each(models) };

  it('is a table', async () => {
    const { stdout } = await runCommand(['ls'], { cache });
    expect(stdout.split('\n')).toEqual([
      'MODEL   COMMIT           SIZE  FILES  USED      BY',
      'a/b@v1  c9745ed1d9f2  1.23 MB      2  just now  bob  pinned',
      'gpt2    c9745ed1d9f2    999 B      2  never          incomplete',
      '',
    ]);
  });

  it('gives exactly the fields of the contract with --json', async () => {
    const [first, second] = JSON.parse((await runCommand(['ls', '--json'], { cache })).stdout);
    expect(Object.keys(first)).toEqual([
      'key',
      'modelId',
      'revision',
      'commitHash',
      'sizeInBytes',
      'fileCount',
      'complete',
      'path',
      'downloadedBy',
      'downloadDate',
      'lastUsedBy',
      'lastUsed',
    ]);
    expect(first).toMatchObject({ key: 'hf@a/b@v1', modelId: 'a/b', revision: 'v1' });
    expect(second).toMatchObject({ lastUsedBy: null, lastUsed: null, complete: false });
  });

  it('of an empty cache says so on stderr only', async () => {
    const empty = { listModels: () => each([]) };
    expect(await runCommand(['ls'], { cache: empty })).toMatchObject({ status: 0, stdout: '' });
    expect((await runCommand(['ls', '--json'], { cache: empty })).stdout).toBe('[]\n');
  });
});

describe('show', () => {
  it('shows the model in full', async () => {
    const cache = {
      showModel: (name: string) =>
        Promise.resolve(
          modelDetails(name, {
            omitted: [{ path: 'x\u001b.bin', size: 1, lfs: true, digest: 'c'.repeat(64) }],
          }),
        ),
    };
    const { stdout } = await runCommand(['show', 'org/m'], { cache });
    expect(stdout).toContain('model        org/m\n');
    expect(stdout).toContain('1.23 MB  bbbbbbbbbbbb  model.safetensors\n');
    expect(stdout).toContain('and 1 file of the commit that were left out\n');
    const json = JSON.parse((await runCommand(['show', 'org/m', '--json'], { cache })).stdout);
    expect(json).toMatchObject({ commitHash: COMMIT, derived: false, connection: null });
    expect(json.files).toHaveLength(2);
  });
});

describe('path', () => {
  it('warns on stderr if not all files are there', async () => {
    const cache = (complete: boolean): Partial<ModelCache> => ({
      getModelFromCache: () => Promise.resolve('/f'),
      findModel: (name) => Promise.resolve(cachedModel(name, { complete })),
    });
    const whole = await runCommand(['path', 'm'], { cache: cache(true) });
    expect(whole).toMatchObject({ status: 0, stdout: '/f\n', stderr: '' });
    const part = await runCommand(['path', 'm'], { cache: cache(false) });
    expect(part).toMatchObject({ status: 0, stdout: '/f\n' });
    expect(part.stderr).toContain('warning: m is incomplete');
  });
});

describe('du', () => {
  it('lists models by what they alone take, and the totals', async () => {
    const usage = {
      models: [
        { key: 'hf@small', sizeInBytes: 2000, exclusiveBytes: 1000 },
        { key: 'hf@big', sizeInBytes: 5000, exclusiveBytes: 4000 },
      ],
      logicalBytes: 7000,
      blobBytes: 6000,
      blobCount: 1,
      unreferencedBytes: 50,
      partialBytes: 0,
      freeBytes: 10_000,
      totalBytes: 1_000_000,
    };
    const cache = { usage: () => Promise.resolve(usage) };
    expect((await runCommand(['du'], { cache })).stdout).toBe(
      [
        '   SIZE      OWN  MODEL',
        '5.00 kB  4.00 kB  big',
        '2.00 kB  1.00 kB  small',
        '',
        '6.00 kB on disk in 1 blob, for 7.00 kB of models',
        'the store is /store; HF_HUB_CACHE=/store/hub',
        '50 B that nothing refers to; `modelkeep gc` frees them',
        '10.0 kB of 1.00 MB free on the volume',
        '',
      ].join('\n'),
    );
    const remote = await runCommand(['du', '--server', 'http://cache:8080'], { cache });
    expect(remote.stdout).not.toContain('/store');
    const workspace = { folder: '/fast', isStore: false };
    expect((await runCommand(['du'], { cache, workspace })).stdout).toContain(
      '\nmodels are laid out in /fast; HF_HUB_CACHE=/fast/hub\n',
    );
    expect(JSON.parse((await runCommand(['du', '--json'], { cache })).stdout)).toEqual(usage);
  });
});

describe('gc', () => {
  it('says what it did, or would do', async () => {
    const cache = {
      collectGarbage: (options?: { readonly dryRun?: boolean }) =>
        Promise.resolve({
          dryRun: options?.dryRun ?? false,
          blobs: { count: 2, bytes: 1000 },
          partials: { count: 1, bytes: 500 },
          checkouts: 0,
          manifests: 1,
          kept: { count: 1, bytes: 7 },
        }),
    };
    expect((await runCommand(['gc'], { cache })).stdout).toBe(
      'removed 2 blobs, 1 partial file, 0 checkouts, 1 manifest: 1.50 kB freed\nkept 1 blob (7 B) that a running command may still use\n',
    );
    expect((await runCommand(['gc', '--dry-run'], { cache })).stdout).toMatch(/^would remove/);
    expect(await runCommand(['gc', '--quiet'], { cache })).toMatchObject({ stdout: '' });
    expect(
      JSON.parse((await runCommand(['gc', '--dry-run', '--json'], { cache })).stdout),
    ).toMatchObject({ dryRun: true });
  });
});

describe('adopt', () => {
  it('says what was taken and what was not', async () => {
    const asked: string[] = [];
    const outcome = await runCommand(['adopt', 'hf'], {
      cwd: '/work',
      cache: {
        adoptFolder: (folder) => {
          asked.push(folder);
          return Promise.resolve({
            adopted: [cachedModel('org/m')],
            skipped: [{ path: 'models--x--y', reason: 'damaged' }],
            linkedBytes: 1000,
            copiedBytes: 0,
          });
        },
      },
    });
    expect(asked).toEqual(['/work/hf']);
    expect(outcome).toMatchObject({
      status: 0,
      stdout: 'adopted org/m c9745ed1d9f2: 2 files, 1.23 MB\n1 model: 1.00 kB linked, 0 B copied\n',
      stderr: 'warning: left out models--x--y: damaged\n',
    });
  });
});

describe('verify', () => {
  const problem = {
    kind: 'blob-damaged',
    path: 'blobs/x',
    modelId: 'org/m',
    commit: COMMIT,
  } as const;
  const report = { models: 1, checkedFiles: 2, checkedBytes: 1000, full: true, warnings: [] };

  it('ends with 5 if problems remain', async () => {
    const cache = {
      verifyModels: (options?: { readonly repair?: boolean }) =>
        Promise.resolve({
          ...report,
          problems: [{ ...problem, repaired: options?.repair ?? false, expected: 'a', found: 'b' }],
        }),
    };
    const broken = await runCommand(['verify'], { cache });
    expect(broken).toMatchObject({
      status: 5,
      stdout:
        'problem: blobs/x of org/m@c9745ed1d9f2: content is damaged (expected a, found b)\n1 model, 2 files, 1.00 kB read and proved: 1 problem, 1 not repaired\n',
    });
    expect((await runCommand(['verify', '--json'], { cache })).status).toBe(5);
    expect(await runCommand(['verify', '--repair'], { cache })).toMatchObject({ status: 0 });
  });

  it('passes on which models, and how thoroughly', async () => {
    const asked: unknown[] = [];
    const cache = {
      verifyModels: (options: object = {}) => {
        asked.push(options);
        return Promise.resolve({ ...report, full: false, problems: [] });
      },
    };
    expect((await runCommand(['verify'], { cache })).status).toBe(0);
    await runCommand(['verify', 'a', 'b', '--quick', '--repair'], { cache });
    expect(asked).toMatchObject([
      { quick: false, repair: false },
      { models: ['a', 'b'], quick: true, repair: true },
    ]);
    expect(asked[0]).not.toHaveProperty('models');
  });

  it('tells what could not be looked at, also as JSON', async () => {
    const message = 'a model is being stored at this moment';
    const cache: Partial<ModelCache> = {
      async verifyModels({ onEvent } = {}) {
        onEvent?.({ type: 'warning', message });
        return { ...report, problems: [], warnings: [message] };
      },
    };
    expect((await runCommand(['verify', '--repair'], { cache })).stderr).toContain(message);
    const { stdout } = await runCommand(['verify', '--repair', '--json'], { cache });
    expect(JSON.parse(stdout)).toMatchObject({ problems: [], warnings: [message] });
  });
});
