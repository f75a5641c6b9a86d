import { unitTests } from '@modelkeep/vitest-config';
import { defineConfig } from 'vitest/config';

const { test, ...rest } = unitTests(import.meta.dirname);

export default defineConfig({
  ...rest,
  test: {
    ...test,
    name: 'broken',
    include: ['src/broken/*.cases.ts'],
    reporters: ['json'],
    silent: true,
  },
});
