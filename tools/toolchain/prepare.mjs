import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './download.mjs';
import { ensureToolchain, root, toolchain } from './ensure.mjs';

/** The repository's own Node. */
export const node = join(
  toolchain,
  'node_modules',
  '.bin',
  process.platform === 'win32' ? 'node.cmd' : 'node',
);

/** Installs what the repository needs and builds it, silent but for the first time and for a step that fails; returns the environment to run with. */
export function prepare() {
  const environment = {
    ...ensureToolchain(),
    TURBO_TELEMETRY_DISABLED: '1',
  };
  tell('node_modules', 'installing packages');
  step('pnpm', ['install', '--frozen-lockfile'], environment, download);
  tell('apps/cli/dist', 'building');
  step('pnpm', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], environment);
  return environment;
}

/** The first time takes half a minute: without a word it would look stuck. */
function tell(made, what) {
  if (!existsSync(join(root, made))) process.stderr.write(`modelkeep: ${what}\n`);
}

function step(command, args, environment, run = spawnSync) {
  const result = run(command, args, {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  throw new Error(
    `${command} ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`,
  );
}
