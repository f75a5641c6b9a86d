// Installs transformers.js into `.toolchain/transformers-js`, apart from the workspace: it is half a gigabyte, and only tests
// need it. Does nothing when it is there.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '..', '..', '.toolchain', 'transformers-js');
const stamp = join(folder, 'stamp.yaml');
const lock = join(here, 'pnpm-lock.yaml');

if (!existsSync(stamp) || !readFileSync(stamp).equals(readFileSync(lock))) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Under this name, as a folder of tools with a package.json is a part of the workspace.
  copyFileSync(join(here, 'manifest.json'), join(folder, 'package.json'));
  copyFileSync(lock, join(folder, 'pnpm-lock.yaml'));
  copyFileSync(join(here, 'pnpm-workspace.yaml'), join(folder, 'pnpm-workspace.yaml'));
  const { status } = spawnSync('pnpm', ['install', '--frozen-lockfile', '--silent'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
  copyFileSync(lock, stamp);
}
