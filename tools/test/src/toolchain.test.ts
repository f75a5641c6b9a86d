import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const exec = join(import.meta.dirname, '../../toolchain/exec.mjs');

function run(...args: string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [exec, ...args], { encoding: 'utf8' });
}

it("runs a command with the repository's own Node, and prints nothing else", () => {
  expect(run('node', '--version')).toMatchObject({ status: 0, stdout: 'v24.21.0\n', stderr: '' });
});

it('ends as the command ends', () => {
  expect(run('node', '-e', 'process.exit(7)').status).toBe(7);
  expect(run('node', '-e', 'process.kill(process.pid, "SIGKILL")').signal).toBe('SIGKILL');
});

it('names a command that does not exist', () => {
  const { status, stderr } = run('no-such-command');
  expect(status).toBe(1);
  expect(stderr).toContain('no-such-command');
});

it('passes a signal on to the command', async () => {
  const script =
    'process.on("SIGTERM", () => process.exit(5)); setTimeout(() => {}, 20_000); console.log("up")';
  const child = spawn(process.execPath, [exec, 'node', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([5, null]);
});
