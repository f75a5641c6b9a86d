import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INSTALL, npm, packPackages, ROOT } from './support/packed-packages.ts';
import { runProgram } from './support/programs.ts';

const MODEL = 'sentence-transformers/all-MiniLM-L6-v2';
const REPOSITORY = 'hub/models--sentence-transformers--all-MiniLM-L6-v2';

let hub: FakeHub;
let commit = '';
let folder = '';
let project = '';

beforeAll(async () => {
  hub = await startFakeHub();
  commit = await hub.addModel({
    id: MODEL,
    files: {
      'config.json': '{"model_type":"bert"}',
      'model.safetensors': { generated: { size: 20_000_000, seed: 6 } },
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-example-'));
  project = join(folder, 'embed-basic');
  await cp(join(ROOT, 'examples/embed-basic'), project, { recursive: true });
  const tarballs = await packPackages(join(folder, 'tarballs'));
  await npm([...INSTALL, ...tarballs], project);
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program in the project as a user does whose Hub is the fake one. */
function run(program: string, ...args: string[]): Promise<string> {
  return runProgram(program, args, { cwd: project, env: environment() });
}

function environment(): Record<string, string> {
  return { HOME: folder, HF_ENDPOINT: hub.url, MODELKEEP_HOME: join(folder, 'home') };
}

async function expectModel(path: string): Promise<void> {
  expect(await readFile(join(path, 'config.json'), 'utf8')).toBe('{"model_type":"bert"}');
  expect((await readFile(join(path, 'model.safetensors'))).length).toBe(20_000_000);
}

describe('examples/embed-basic, with the packed packages', () => {
  it('has nothing from the workspace', async () => {
    const tree = JSON.parse(await npm(['ls', '--all', '--json'], project)) as {
      dependencies: Record<string, { resolved?: string }>;
      problems?: unknown;
    };
    expect(tree.problems).toBeUndefined();
    const ours = Object.entries(tree.dependencies).filter(([name]) => name.includes('modelkeep'));
    expect(ours.length).toBeGreaterThanOrEqual(9);
    for (const [, { resolved }] of ours) expect(resolved).toMatch(/^file:.*tarballs.*\.tgz$/);
  });

  it.each([
    ['nodenext', 'tsconfig.json', 'dist'],
    ['bundler', 'tsconfig.bundler.json', 'dist-bundler'],
  ])('compiles under %s, fetches the model and ends', async (_resolution, config, output) => {
    const strictest = ['--exactOptionalPropertyTypes', 'true', '--skipLibCheck', 'false'];
    await run('npx', '--no-install', 'tsc', '--project', config, ...strictest);
    await rm(join(project, 'models'), { recursive: true, force: true });
    hub.resetCounters();
    const path = (await run('node', join(output, 'main.js'))).trim();
    expect(path).toBe(join(project, 'models', REPOSITORY, 'snapshots', commit));
    await expectModel(path);
    const fetched = hub.bodyBytes();
    expect(fetched).toBe(20_000_021);
    expect((await run('node', join(output, 'main.js'))).trim()).toBe(path);
    expect(hub.bodyBytes()).toBe(fetched);
  });

  it('shares a store with the modelkeep command', async () => {
    await npm(['run', 'build'], project);
    const path = (await run('node', 'dist/from-config.js')).trim();
    expect(path).toBe(join(folder, 'home', REPOSITORY, 'snapshots', commit));
    await expectModel(path);
    const modelkeep = (...args: string[]): Promise<string> =>
      run('npx', '--no-install', 'modelkeep', ...args);
    expect(await modelkeep('path', MODEL)).toBe(`${path}\n`);
    expect(JSON.parse(await modelkeep('verify', '--json'))).toMatchObject({ problems: [] });
    expect(JSON.parse(await modelkeep('ls', '--json'))).toMatchObject([{ modelId: MODEL }]);
  });
});
