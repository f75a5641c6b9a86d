import { glob, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from './programs.ts';

/** The repository. */
export const ROOT: string = join(import.meta.dirname, '../../../..');

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The tarballs of packages and of every package of the repository that they need, as they would be published. */
export async function packPackages(
  folder: string,
  names: readonly string[] = ['modelkeep'],
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const manifests = new Map<string, { readonly folder: string; readonly manifest: Manifest }>();
  for await (const path of glob('{apps,packages}/*/package.json', { cwd: ROOT })) {
    const manifest = JSON.parse(await readFile(join(ROOT, path), 'utf8')) as Manifest;
    manifests.set(manifest.name, { folder: join(ROOT, dirname(path)), manifest });
  }
  const tarballs: string[] = [];
  const needed = new Set(names);
  for (const name of needed) {
    const found = manifests.get(name);
    if (found === undefined) continue;
    const packed = await runProgram('pnpm', ['pack', '--json', '--pack-destination', folder], {
      cwd: found.folder,
      env: npmEnvironment(),
    });
    tarballs.push((JSON.parse(packed) as { filename: string }).filename);
    for (const dependency of Object.keys(found.manifest.dependencies ?? {})) needed.add(dependency);
  }
  return tarballs;
}

/** Runs npm as this machine is set up for it: registry, proxy, cache. */
export function npm(args: readonly string[], cwd: string): Promise<string> {
  return runProgram('npm', args, { cwd, env: npmEnvironment() });
}

/** Options of every installation: what is in npm's cache is not asked for again. */
export const INSTALL: readonly string[] = [
  'install',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
];

function npmEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
