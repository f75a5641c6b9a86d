import { basename } from 'node:path';
import { defineProject, type UserWorkspaceConfig } from 'vitest/config';

const source = '@modelkeep/source';

/** Unit tests beside the source, run from source: no build is needed, other packages included. */
export function unitTests(directory: string): UserWorkspaceConfig {
  return defineProject({
    root: directory,
    resolve: { conditions: [source, 'node', 'development|production'] },
    ssr: { resolve: { conditions: [source, 'node', 'development|production'] } },
    test: {
      name: basename(directory),
      environment: 'node',
      // No test is about time: a busy machine may take long.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 30_000 } },
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      exclude: ['**/*.integration.test.ts', '**/node_modules/**', '**/dist/**', '**/fixtures/**'],
      typecheck: { enabled: false },
      // Worker threads that a test starts load the source too.
      execArgv: ['--conditions', source],
      unstubEnvs: true,
      unstubGlobals: true,
      restoreMocks: true,
    },
  });
}
