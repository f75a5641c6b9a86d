import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkManifest, isPage, isPublished } from './manifest.ts';

const root = join(import.meta.dirname, '../../..');
const PUBLISHED_FILES = ['README.md', 'LICENSE', 'tsconfig.json', 'turbo.json'];

let problems = 0;
for (const file of globSync('{packages,apps,tools}/*/package.json', { cwd: root }).sort()) {
  const folder = dirname(file).replaceAll('\\', '/');
  const manifest: unknown = JSON.parse(readFileSync(join(root, file), 'utf8'));
  const found = checkManifest(folder, manifest as object);
  if (isPublished(folder)) {
    found.push(
      ...[...PUBLISHED_FILES, isPage(folder) ? 'vite.config.ts' : 'tsup.config.ts']
        .filter((name) => !existsSync(join(root, folder, name)))
        .map((name) => `${name} is missing`),
    );
  }
  for (const line of found) console.error(`${file}: ${line}`);
  problems += found.length;
}
process.exitCode = problems > 0 ? 1 : 0;
