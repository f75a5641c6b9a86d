import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const start = join(import.meta.dirname, '../../toolchain/start.mjs');

function npmStart(...args: string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [start, ...args], { encoding: 'utf8' });
}

it('runs the built command line and prints only what it prints', () => {
  const { status, stdout } = npmStart('--version');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('runs the server without arguments, until it is told to stop', async () => {
  const home = mkdtempSync(join(tmpdir(), 'modelkeep-start-'));
  writeFileSync(join(home, 'config.yaml'), 'server: { port: 0 }\n');
  const child = spawn(process.execPath, [start], {
    env: { ...process.env, MODELKEEP_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  try {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    await expect.poll(() => text, { timeout: 240_000 }).toContain('Ctrl-C stops the server');
    const [, url] = / at (http:\S+)/.exec(text) ?? [];
    expect((await fetch(`${url}/-/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  }
});

it('ends with the status of the command line', () => {
  expect(npmStart('no-such-command').status).toBe(2);
});
