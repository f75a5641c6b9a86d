import { unitTests } from '@modelkeep/vitest-config';
import { defineConfig, mergeConfig } from 'vitest/config';

const cases = defineConfig({ test: { name: 'broken', reporters: ['json'], silent: true } });
const config = mergeConfig(unitTests(import.meta.dirname), cases);
config.test.include = ['src/broken/*.cases.ts'];

export default config;
