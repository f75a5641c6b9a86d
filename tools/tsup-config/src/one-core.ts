import { relative, resolve } from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const NAMESPACE = 'lazy-part';

/**
 * Keeps all that `core` imports in one file. Without it each set of lazy parts that share something makes a file of its
 * own, thirty in all, and each costs a short command half a millisecond. Here every lazy part imports all of `core`,
 * which is there by then, so that they all share the same.
 */
export function oneCore(core: string): Plugin {
  const path = resolve(core);
  const inner = {};
  return {
    name: 'one-core',
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ kind, pluginData, ...args }) => {
        if (kind !== 'dynamic-import' || pluginData === inner) return undefined;
        const { importer, resolveDir } = args;
        const found = await build.resolve(args.path, {
          kind,
          importer,
          resolveDir,
          pluginData: inner,
        });
        if (found.external || found.namespace !== 'file') return found;
        if (found.path === path) return { path, sideEffects: true };
        return { path: relative('.', found.path), namespace: NAMESPACE, sideEffects: true };
      });
      // A module of its own, as the part itself may be CommonJS, or imported elsewhere at once as well.
      build.onLoad({ filter: /./, namespace: NAMESPACE }, (args) => {
        const part = JSON.stringify(resolve(args.path));
        const lines = [
          `import ${JSON.stringify(path)};`,
          `export * from ${part};`,
          `import * as part from ${part};`,
          "export default Reflect.get(part, 'default');",
        ];
        return { contents: lines.join('\n'), resolveDir: resolve('.') };
      });
    },
  };
}
