import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { nodeBuiltins } from './node-builtins.ts';
import { oneCore } from './one-core.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

type Config = ReturnType<typeof defineConfig>;

/** The build of a published package: ESM, types and source maps from `src/index.ts`, for the oldest Node we support. */
export function library(overrides: Options = {}): Config {
  return defineConfig({
    entry: { index: 'src/index.ts' },
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    clean: true,
    sourcemap: true,
    // Types of other packages come from their build, as a user gets them.
    dts: { compilerOptions: { customConditions: [] } },
    ...overrides,
  });
}

/**
 * The build of a command: all that it needs in few files, as finding and reading the files of many packages takes longer
 * than what a short command does. The licenses of what is in it lie beside it. `index.*` is left to a library's build. `core` is the file with what every
 * command needs.
 */
export function program({ core, ...overrides }: Options & { readonly core: string }): Config {
  return defineConfig({
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    clean: ['!index.*'],
    // Which files are in which bundle, without their text.
    sourcemap: true,
    noExternal: [/./],
    // Else the names below would not be seen.
    removeNodeProtocol: false,
    minifySyntax: true,
    minifyWhitespace: true,
    // The global `performance` loads all that measures with it.
    define: { 'performance.now': 'monotonicMs' },
    // Packages that are CommonJS ask for Node's modules by `require`.
    banner: {
      js: 'const require = (name) => process.getBuiltinModule(name), monotonicMs = () => process.uptime() * 1000;',
    },
    esbuildOptions: (options) => {
      options.conditions = ['@modelkeep/source', 'module'];
      options.sourcesContent = false;
      options.alias = {
        'node:process': join(import.meta.dirname, 'shims/process.ts'),
      };
    },
    esbuildPlugins: [
      nodeBuiltins(),
      oneCore(core),
      thirdPartyNotices('dist/third-party-licenses.txt'),
    ],
    ...overrides,
  } as Options);
}
