import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { components } from './components.ts';
import { installHint, type Requirement } from './requirement.ts';

const root = join(import.meta.dirname, '../../..');

/** Installs every component that is missing: Debian packages first, with one `apt-get update`, then the rest; what takes minutes beside all that. */
async function installMissing(): Promise<void> {
  const missing = (): [string, Requirement][] =>
    Object.entries(components).filter(([, component]) => !component.detect());
  const slow = missing().filter(([, { isSlow = false }]) => isSlow);
  const begun = Promise.all(slow.map(([, { command }]) => begin(command ?? [])));
  const packages = missing().flatMap(([, { apt }]) => apt ?? []);
  if (packages.length > 0) {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  }
  for (const [, { command, isSlow = false }] of missing()) {
    if (command !== undefined && !isSlow) run(command[0], command.slice(1));
  }
  await begun;
  const left = missing().map(([name, component]) => `${name}: ${installHint(component)}`);
  if (left.length > 0) throw new Error(`Still missing after installing:\n${left.join('\n')}`);
}

async function begin([program = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}

await installMissing();
