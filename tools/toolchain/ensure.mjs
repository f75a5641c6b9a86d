// Plain JavaScript for any Node >= 18: it runs before the repository's own Node exists.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { download } from './download.mjs';

const NODE_VERSION = '24.21.0';
const PNPM_VERSION = '12.21.0';
const PLATFORMS = { linux: 'linux', darwin: 'darwin', win32: 'win' };
const ARCHITECTURES = ['x64', 'arm64'];

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where the repository's own Node, pnpm and Python live. */
export const toolchain = join(root, '.toolchain');

const windows = process.platform === 'win32';
const binaries = join(toolchain, 'node_modules', '.bin');

/** Installs Node and pnpm into `.toolchain` unless they are there; returns the environment that uses them. */
export function ensureToolchain() {
  const nodePackage = nodePackageName();
  const wanted = `${nodePackage}@${NODE_VERSION} pnpm@${PNPM_VERSION}`;
  if (readStamp() !== wanted) install(wanted);
  return {
    ...process.env,
    ...pathVariable(),
    // A user-level npm setting may point at the headers of another Node: addons would get the wrong ABI.
    npm_config_nodedir: join(toolchain, 'node_modules', nodePackage),
  };
}

function nodePackageName() {
  const platform = PLATFORMS[process.platform];
  if (platform === undefined || !ARCHITECTURES.includes(process.arch)) {
    throw new Error(
      `No Node ${NODE_VERSION} in the npm registry for ${process.platform}-${process.arch}; ` +
        'use Linux, macOS or Windows on x64 or arm64.',
    );
  }
  return `node-${platform}-${process.arch}`;
}

function pathVariable() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { [name]: `${binaries}${delimiter}${process.env[name] ?? ''}` };
}

function readStamp() {
  const stamp = join(toolchain, 'node_modules', 'stamp.txt');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

function install(wanted) {
  process.stderr.write(`modelkeep: installing ${wanted} into .toolchain\n`);
  // A private folder, published by one rename: two first runs at once do not meet half an install.
  const scratch = join(toolchain, `.new-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    writeFileSync(join(scratch, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--loglevel=error'];
    const npm = download('npm', ['install', ...flags, ...wanted.split(' ')], {
      cwd: scratch,
      encoding: 'utf8',
      shell: windows,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (npm.status !== 0) {
      throw new Error(
        `npm install ${wanted} failed:\n${npm.stdout ?? ''}${npm.stderr ?? ''}${npm.error ?? ''}`,
      );
    }
    writeFileSync(join(scratch, 'node_modules', 'stamp.txt'), wanted);
    publish(scratch, wanted);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function publish(scratch, wanted) {
  const target = join(toolchain, 'node_modules');
  if (readStamp() === wanted) return;
  if (existsSync(target)) renameSync(target, join(scratch, 'old'));
  try {
    renameSync(join(scratch, 'node_modules'), target);
  } catch (error) {
    if (readStamp() !== wanted) throw error;
  }
}
