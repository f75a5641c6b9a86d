import { defineConfig, type Options } from 'tsup';

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
