import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { components } from './components.ts';
import { installHint, type Requirement } from './requirement.ts';

const root = join(import.meta.dirname, '../../..');
/** What fails is tried once more after each: a registry or a network may be away for a moment. */
const PAUSES_S = [10, 60];

/** Installs every component that is missing: Debian packages first, with one `apt-get update`, then the rest; what takes minutes beside all that. */
async function installMissing(): Promise<void> {
  const missing = (): [string, Requirement][] =>
    Object.entries(components).filter(([, component]) => !component.detect());
  const slow = missing().filter(([, { isSlow = false }]) => isSlow);
  await Promise.all([
    installOthers(missing),
    ...slow.map(async ([, { command }]) => run(command ?? [])),
  ]);
  const left = missing().map(([name, component]) => `${name}: ${installHint(component)}`);
  if (left.length > 0) throw new Error(`Still missing after installing:\n${left.join('\n')}`);
}

async function installOthers(missing: () => [string, Requirement][]): Promise<void> {
  const packages = missing().flatMap(([, { apt }]) => apt ?? []);
  if (packages.length > 0) {
    // Together, as an update that could not reach everything says that it is well.
    const script = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"';
    await run(['sh', '-c', script, 'apt-get', ...packages]);
  }
  for (const [, { command, isSlow = false }] of missing()) {
    if (command !== undefined && !isSlow) await run(command);
  }
}

async function run([program = '', ...args]: readonly string[]): Promise<void> {
  for (const pause of [...PAUSES_S, undefined]) {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const [status] = await once(child, 'exit');
    if (status === 0) return;
    const failed = `${program} ${args.join(' ')} failed`;
    if (pause === undefined) throw new Error(failed);
    process.stderr.write(`${failed}; once more in ${pause} s\n`);
    await sleep(pause * 1000);
  }
}

await installMissing();
