import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
/** Not a file: `namespace:name`. */
const PLUGIN_MADE = /^[a-z-]{2,}:/;

function noticeOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const texts = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice)/i.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const head = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return [head, ...texts].join('\n\n');
}

/** Writes the licenses of all packages that a bundle holds to `file`, as they ask for. */
export function thirdPartyNotices(file: string): Plugin {
  return {
    name: 'third-party-notices',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        const inputs = Object.keys(metafile?.inputs ?? {})
          .filter((path) => !PLUGIN_MADE.test(path))
          .map((path) => resolve(path).replaceAll('\\', '/'));
        const folders = new Set(inputs.flatMap((path) => PACKAGE_FOLDER.exec(path)?.[0] ?? []));
        const notices = [...folders].map(noticeOf).sort();
        writeFileSync(file, `${notices.join(`\n\n${'-'.repeat(79)}\n\n`)}\n`);
      });
    },
  };
}
