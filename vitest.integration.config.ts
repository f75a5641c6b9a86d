import { configDefaults, defineConfig } from 'vitest/config';

const MINUTE = 60_000;

/** Suites that use real components and the built packages, one file at a time. */
export default defineConfig({
  test: {
    name: 'integration',
    include: ['**/*.integration.test.ts'],
    exclude: [...configDefaults.exclude, '.toolchain/**', '**/dist/**', '**/fixtures/**'],
    fileParallelism: false,
    // For machines that are several times slower, and busy: nothing but a failure waits for the end of these.
    testTimeout: 15 * MINUTE,
    hookTimeout: 15 * MINUTE,
    // What is polled is waited for, and never timed.
    expect: { poll: { timeout: MINUTE } },
  },
});
