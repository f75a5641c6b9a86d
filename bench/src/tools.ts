import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT: string = join(import.meta.dirname, '../..');
/** The built command line, run as a user's shell runs it. */
export const MODELKEEP: readonly string[] = [process.execPath, join(ROOT, 'apps/cli/dist/main.js')];

export type ToolName =
  | 'hf'
  | 'aria2c'
  | 'curl'
  | 'git'
  | 'git-lfs'
  | 'tar'
  | 'openssl'
  | 'time'
  | 'sh'
  | 'nginx'
  | 'ab'
  | 'olah'
  | 'rclone';

const CANDIDATES: Readonly<Record<ToolName, readonly string[]>> = {
  hf: [join(ROOT, '.toolchain/python/bin/hf'), 'hf'],
  aria2c: ['aria2c'],
  curl: ['curl'],
  git: ['git'],
  'git-lfs': ['git-lfs'],
  tar: ['tar'],
  openssl: ['openssl'],
  time: ['/usr/bin/time'],
  sh: ['sh'],
  nginx: ['nginx', '/usr/sbin/nginx'],
  ab: ['ab'],
  olah: ['olah-cli'],
  rclone: ['rclone'],
};
const VERSION_ARGUMENT: Partial<Record<ToolName, string>> = {
  hf: 'version',
  'git-lfs': 'version',
  openssl: 'version',
  nginx: '-v',
  ab: '-V',
  olah: '--help',
};

function ask(command: string, argument: string): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, [argument], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HF_HUB_DISABLE_UPDATE_CHECK: '1', NO_COLOR: '1' },
  });
  if (status !== 0) return undefined;
  return `${stdout}${stderr}`.match(/\d+\.\d[\w.]*/)?.[0] ?? '';
}

/** The tools of this machine, with their versions. */
export class Tools {
  readonly #found = new Map<ToolName, { readonly path: string; readonly version: string }>();

  constructor() {
    for (const name of Object.keys(CANDIDATES) as ToolName[]) {
      for (const path of CANDIDATES[name]) {
        const version =
          name === 'time' || name === 'sh'
            ? existsSync(path) || name === 'sh'
              ? ''
              : undefined
            : ask(path, VERSION_ARGUMENT[name] ?? '--version');
        if (version === undefined) continue;
        this.#found.set(name, { path, version });
        break;
      }
    }
  }

  /** Whether all of `names` are installed. */
  has(...names: readonly ToolName[]): boolean {
    return names.every((name) => this.#found.has(name));
  }

  path(name: ToolName): string {
    const found = this.#found.get(name);
    if (found === undefined) throw new Error(`${name} is not installed`);
    return found.path;
  }

  versions(): string {
    return [...this.#found]
      .filter(([, { version }]) => version !== '')
      .map(([name, { version }]) => `${name === 'hf' ? 'huggingface_hub' : name} ${version}`)
      .join(', ');
  }
}
