import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { components } from './components.ts';
import { installHint, type Requirement } from './requirement.ts';

const root = join(import.meta.dirname, '../../..');

/** Installs every component that is missing: Debian packages first, with one `apt-get update`, then the rest. */
function installMissing(): void {
  const missing = (): [string, Requirement][] =>
    Object.entries(components).filter(([, component]) => !component.detect());
  const packages = missing().flatMap(([, { apt }]) => apt ?? []);
  if (packages.length > 0) {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  }
  for (const [, { command }] of missing()) {
    if (command !== undefined) run(command[0], command.slice(1));
  }
  const left = missing().map(([name, component]) => `${name}: ${installHint(component)}`);
  if (left.length > 0) throw new Error(`Still missing after installing:\n${left.join('\n')}`);
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}

installMissing();
