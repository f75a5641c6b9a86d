import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  type ComponentName,
  components,
  readRequires,
  requires,
} from '@modelkeep/test-requirements';
import {
  type PostgresServer,
  startPostgres,
  startVersitygw,
  type VersitygwServer,
} from '@modelkeep/test-servers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ChosenStore, STORE_VARIABLE } from './support/chosen-store.ts';
import { ROOT } from './support/packed-packages.ts';
import { inTurn, type Pair } from './support/suites.ts';

requires('postgresql', 'versitygw');

const MINUTE = 60_000;
// Most suites wait as much as they work.
vi.setConfig({ maxConcurrency: 4 });

let postgres: PostgresServer;
let s3: VersitygwServer;
let data = '';
let folder = '';
beforeAll(async () => {
  postgres = await startPostgres();
  s3 = await startVersitygw();
  data = dirname(await s3.createBucket('unused'));
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-stores-'));
  await writeFile(join(folder, 'secret'), s3.credentials.secretAccessKey);
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function storeOf(pair: Pair): ChosenStore {
  const { accessKeyId } = s3.credentials;
  const bucket = { endpoint: s3.endpoint, accessKeyId, secretFile: join(folder, 'secret'), data };
  return {
    ...(pair.startsWith('S3') ? { s3: bucket } : {}),
    ...(pair.endsWith('PostgreSQL') ? { postgres: { port: postgres.port } } : {}),
  };
}

const ready: Record<string, boolean> = {};

for (const [pair, suite] of inTurn())
  describe.concurrent(`on ${pair}`, () => {
    it.skipIf(!isReady(suite))(suite, { timeout: 30 * MINUTE }, ({ signal }) =>
      run(pair, suite, signal),
    );
  });

/** Whether this machine has what the suite needs: without that it is left out here as it is by itself. */
function isReady(suite: string): boolean {
  return readRequires(readFileSync(fileOf(suite), 'utf8')).every((name) => {
    ready[name] ??= components[name as ComponentName].detect();
    return ready[name];
  });
}

function fileOf(suite: string): string {
  return join(import.meta.dirname, `${suite}.integration.test.ts`);
}

async function run(pair: Pair, suite: string, signal: AbortSignal): Promise<void> {
  const options = ['--root', ROOT, '--config', 'vitest.integration.config.ts'];
  const child = spawn(
    process.execPath,
    [...[join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...options], fileOf(suite)],
    {
      cwd: ROOT,
      env: { ...process.env, [STORE_VARIABLE]: JSON.stringify(storeOf(pair)) },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    },
  );
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  expect(status, output + errors).toBe(0);
  const [tests = ''] = /Tests .*/.exec(output) ?? [];
  expect(tests, 'a suite that left out all it has').toContain('passed');
  process.stdout.write(`${pair}: ${suite}: ${tests}\n`);
}
