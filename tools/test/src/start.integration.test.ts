import { spawnSync } from 'node:child_process';
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

it('prints the help without arguments', () => {
  const { status, stdout } = npmStart();
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: modelkeep');
});

it('ends with the status of the command line', () => {
  expect(npmStart('no-such-command').status).toBe(2);
});
