import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { requires } from '@modelkeep/test-requirements';
import {
  type PostgresServer,
  startPostgres,
  startVersitygw,
  type VersitygwServer,
} from '@modelkeep/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChosenStore, STORE_VARIABLE } from './support/chosen-store.ts';
import { ROOT } from './support/packed-packages.ts';

requires('postgresql', 'versitygw');

/** Suites that say nothing of how a store lies on a disk: they hold on any. */
const SUITES = ['commands'];
const MINUTES = 60_000;

let postgres: PostgresServer;
let s3: VersitygwServer;
let data = '';
beforeAll(async () => {
  postgres = await startPostgres();
  s3 = await startVersitygw();
  data = dirname(await s3.createBucket('unused'));
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

describe('the suites of the command line and the server', () => {
  it.each([
    ['S3', 'SQLite'],
    ['a local folder', 'PostgreSQL'],
    ['S3', 'PostgreSQL'],
  ])(
    'hold on %s and %s',
    async (storage, metadata) => {
      const store: ChosenStore = {
        ...(storage === 'S3' ? { s3: { endpoint: s3.endpoint, ...s3.credentials, data } } : {}),
        ...(metadata === 'PostgreSQL' ? { postgres: { port: postgres.port } } : {}),
      };
      const child = spawn(
        process.execPath,
        [
          join(ROOT, 'node_modules/vitest/vitest.mjs'),
          ...['run', '--root', ROOT, '--config', 'vitest.integration.config.ts'],
          ...SUITES.map((name) => `apps/cli/test/${name}.integration.test.ts`),
        ],
        {
          cwd: ROOT,
          env: { ...process.env, [STORE_VARIABLE]: JSON.stringify(store) },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      const [output, errors, [status]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<[number | null]>,
      ]);
      expect(status, output + errors).toBe(0);
    },
    10 * MINUTES,
  );
});
