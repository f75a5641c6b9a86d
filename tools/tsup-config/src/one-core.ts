import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** CommonJS cannot import it, and shares little. */
const ESM = /^(import|export)\b/m;

/**
 * Keeps all that `core` imports in one file. Without it each set of lazy parts that share something makes a file of its
 * own, thirty in all, and each costs a short command half a millisecond. Here every lazy part imports all of `core`,
 * which is there by then, so that they all share the same.
 */
export function oneCore(core: string): Plugin {
  const path = resolve(core);
  const lazy = new Set<string>();
  return {
    name: 'one-core',
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ kind, pluginData, ...args }) => {
        if (kind !== 'dynamic-import' || pluginData === lazy) return undefined;
        const { importer, resolveDir } = args;
        const found = await build.resolve(args.path, {
          kind,
          importer,
          resolveDir,
          pluginData: lazy,
        });
        if (found.path !== path) lazy.add(found.path);
        return found;
      });
      build.onLoad({ filter: /\.m?[jt]s$/ }, async (args) => {
        if (!lazy.has(args.path)) return undefined;
        const text = await readFile(args.path, 'utf8');
        if (!ESM.test(text)) return undefined;
        const loader = args.path.endsWith('ts') ? 'ts' : 'js';
        return { contents: `import ${JSON.stringify(path)}; ${text}`, loader };
      });
    },
  };
}
