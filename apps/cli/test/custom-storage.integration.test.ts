import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench } from './modelkeep.ts';
import { expectFiles, type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { INSTALL, npm, packPackages, ROOT } from './support/packed-packages.ts';

const FILES: ModelFiles = { 'config.json': '{}', 'model.bin': madeUpBytes('model', 3_000_000) };

let folder = '';
let project = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-custom-storage-'));
  project = join(folder, 'custom-storage');
  await cp(join(ROOT, 'examples/custom-storage'), project, { recursive: true });
  const packages = ['@modelkeep/core', '@modelkeep/testkit'];
  const tarballs = await packPackages(join(folder, 'tarballs'), packages);
  await npm([...INSTALL, ...tarballs], project);
  await npm(['run', 'build'], project);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('examples/custom-storage, with the packed packages', () => {
  it('is green in the published suite', async () => {
    expect(await npm(['test'], project)).toMatch(/\d+ passed/);
  });

  it('is a storage that the command line takes', async () => {
    await using hub = await startFakeHub();
    await hub.addModel({ id: 'org/model', files: FILES });
    await using bench = await createBench({ HF_ENDPOINT: hub.url });
    await mkdir(bench.home, { recursive: true });
    const modules = join(bench.home, 'node_modules');
    await mkdir(modules);
    await symlink(project, join(modules, 'custom-storage'));
    const file = join(bench.home, 'objects.db');
    await writeFile(
      join(bench.home, 'config.yaml'),
      `storage: { backend: custom-storage, options: { file: "${file}" } }`,
    );
    const pulled = await bench.run(['pull', 'org/model']);
    expect(pulled.status, pulled.stderr).toBe(0);
    await expectFiles(pulled.stdout.trim(), FILES);
    expect(await bench.json(['verify'])).toMatchObject({ problems: [] });
    expect((await bench.run(['rm', 'org/model', '--yes'])).status).toBe(0);
  });
});
