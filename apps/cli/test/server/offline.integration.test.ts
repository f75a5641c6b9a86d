import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { requires } from '@modelkeep/test-requirements';
import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { expect, it, onTestFinished } from 'vitest';
import { createBench } from '../modelkeep.ts';

requires('network-namespace', 'iproute2', 'strace', 'curl');

const run = promisify(execFile);

it('opens no connection when it is offline, in a network that has nothing but itself', async () => {
  const hub = await startFakeHub();
  await hub.addModel({ id: 'org/name', files: { 'config.json': '{"a":1}', 'w.bin': 'weights' } });
  await using bench = await createBench({ HF_ENDPOINT: hub.url });
  await bench.json(['pull', 'org/name']);
  await hub.stop();

  const trace = join(bench.folder, 'trace.txt');
  const { child, finished } = bench.start(['serve', '--offline', '--port', '0', '--json'], {
    // The loopback device is up, so that a connection to the Hub would be tried and seen.
    under: [
      ...['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
      ...['strace', '-D', '-f', '-qq', '-e', 'trace=connect', '-o', trace],
    ],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await finished;
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const inside = async (...args: string[]): Promise<string> =>
    (await run('nsenter', [`--net=/proc/${child.pid}/ns/net`, 'curl', '-sS', ...args])).stdout;

  expect(await inside(`${url}/org/name/resolve/main/config.json`)).toBe('{"a":1}');
  for (const path of ['refs', 'tree/main', 'commits/main', 'auth-check']) {
    const status = await inside(
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      `${url}/api/models/org/name/${path}`,
    );
    expect(status, path).toBe('200');
  }
  expect(await inside(`${url}/api/models?search=name`)).toContain('org/name');
  const unknown = await inside('-D', '-', `${url}/api/models/org/unknown`);
  expect(unknown).toMatch(/^HTTP\/1\.1 503 /);
  expect(unknown).toMatch(/^Retry-After: \d+\r$/m);
  expect(unknown).toContain('offline');
  child.kill('SIGTERM');
  await finished;
  const connections = (await readFile(trace, 'utf8'))
    .split('\n')
    .filter((each) => each.includes('connect('));
  expect(connections.filter((each) => !each.includes('AF_UNIX'))).toEqual([]);
});
