import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { requires, schemathesisCommand } from '@modelkeep/test-requirements';
import { expect, it } from 'vitest';
import { createBench } from '../modelkeep.ts';
import { ON_OTHER_BACKENDS } from '../support/chosen-store.ts';
import { startServer } from './start-server.ts';

requires('schemathesis');

const SEED = process.env['SEED'] ?? '1';
const EXAMPLES = ON_OTHER_BACKENDS ? 10 : 50;
const MINUTE = 60_000;

it('answers as its OpenAPI document says, whatever it is asked', {
  timeout: 10 * MINUTE,
}, async () => {
  await using bench = await createBench({});
  await bench.configure('connections: []\n');
  const { token } = (await bench.json(['user', 'add', 'ada', '--role', 'admin'])) as {
    token: string;
  };
  await using server = await startServer(bench);
  const child = spawn(
    schemathesisCommand(),
    [
      ...['run', `${server.url}/-/api/openapi.json`],
      ...['--header', `Authorization: Bearer ${token}`],
      ...['--max-examples', String(EXAMPLES), '--seed', SEED, '--workers', '2', '--no-color'],
      ...['--checks', 'not_a_server_error,status_code_conformance,content_type_conformance'],
      ...['--checks', 'response_schema_conformance,response_headers_conformance'],
      // It would take away the token that it asks with.
      ...['--exclude-operation-id', 'deleteTokensById'],
      // A stream that goes on for minutes.
      ...['--exclude-operation-id', 'getEvents'],
      ...['--report-dir', join(bench.folder, 'report')],
    ],
    { cwd: bench.folder },
  );
  const [output, [status]] = await Promise.all([
    text(child.stdout),
    once(child, 'close') as Promise<[number]>,
  ]);
  expect(status, output.slice(-5000)).toBe(0);
  expect(Number(/(\d+) generated/.exec(output)?.[1])).toBeGreaterThan(20 * EXAMPLES);
  expect((await fetch(`${server.url}/-/healthz`)).status).toBe(200);
  expect(server.log()).not.toContain('"error"');
  expect(server.log()).not.toContain(token.slice(3));
});
