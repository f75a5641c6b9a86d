import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { startPostgres, startVersitygw } from '@modelkeep/test-servers';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFiles, type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { INSTALL, npm, packPackages, ROOT } from './support/packed-packages.ts';
import { runProgram } from './support/programs.ts';

requires('postgresql', 'versitygw');

const BACKENDS = ['metadata-postgres', 'metadata-sqlite', 'storage-local', 'storage-s3'];
const FILES: ModelFiles = {
  'config.json': '{"model_type":"bert"}',
  'model.safetensors': madeUpBytes('weights', 12_000_000),
};

let hub: FakeHub;
let folder = '';
let project = '';

beforeAll(async () => {
  hub = await startFakeHub();
  await hub.addModel({ id: 'sentence-transformers/all-MiniLM-L6-v2', files: FILES });
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-swap-'));
  project = join(folder, 'embed-swap');
  await cp(join(ROOT, 'examples/embed-swap'), project, { recursive: true });
  const packages = ['core', 'source-hub', ...BACKENDS].map((name) => `@modelkeep/${name}`);
  await npm([...INSTALL, ...(await packPackages(join(folder, 'tarballs'), packages))], project);
  await npm(['run', 'build'], project);
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the program and returns how many bytes it took from the Hub. */
async function run(env: Readonly<Record<string, string>>): Promise<number> {
  hub.resetCounters();
  const path = await runProgram('node', ['dist/main.js'], {
    cwd: project,
    env: { HOME: folder, HF_ENDPOINT: hub.url, ...env },
  });
  await expectFiles(path.trim(), FILES);
  return hub.bodyBytes();
}

describe('examples/embed-swap, with the packed packages', () => {
  const all = Object.values(FILES).reduce((sum, content) => sum + content.length, 0);
  const models = (): string => join(project, 'models');

  it('keeps models in a folder', async () => {
    expect(await run({})).toBe(all);
    expect(await run({})).toBe(0);
    await rm(models(), { recursive: true });
  });

  it('keeps them in a bucket and a database: another machine has them too', async () => {
    await using postgres = await startPostgres();
    await using s3 = await startVersitygw();
    await s3.createBucket('models');
    const env = {
      BUCKET: 'models',
      S3_ENDPOINT: s3.endpoint,
      DATABASE_URL: postgres.url(postgres.createDatabase()),
      AWS_REGION: s3.region,
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    };
    expect(await run(env)).toBe(all);
    await rm(models(), { recursive: true });
    expect(await run(env)).toBe(0);
  });
});
