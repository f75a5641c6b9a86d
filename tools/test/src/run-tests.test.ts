import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Requirement } from '@modelkeep/test-requirements';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunResult, runTests } from './run-tests.ts';

const TIMEOUT = 300_000;
const here: Requirement = { what: 'a thing', apt: 'thing', detect: () => true };
const missing: Requirement = { what: 'a rare thing', apt: 'rare-thing', detect: () => false };

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'modelkeep-driver-'));
  cpSync(join(import.meta.dirname, 'fixtures/workspace'), root, { recursive: true });
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(root, 'node_modules'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function run(rare: Requirement, requireAll: boolean, args: string[] = []): Promise<RunResult> {
  return runTests({ root, components: { thing: here, rare }, requireAll, args, show: false });
}

describe('runTests', { timeout: TIMEOUT }, () => {
  it('runs units and suites, and counts what failed before its first test', async () => {
    const { counts, closing } = await run(here, true);
    expect(counts).toEqual({ passed: 3, failed: 2, skipped: 0 });
    expect(closing.at(-1)).toBe('3 passed, 2 failed');
  });

  it('leaves out a suite whose component is missing, and names the command', async () => {
    const { counts, closing } = await run(missing, false);
    expect(counts).toEqual({ passed: 2, failed: 2, skipped: 1 });
    expect(closing).toContain('  rare.integration.test.ts');
    expect(closing).toContain('    needs rare: apt-get install -y rare-thing');
    expect(closing.at(-1)).toBe('2 passed, 2 failed, 1 skipped');
  });

  it('fails the left-out suite where everything is required', async () => {
    const { counts, closing } = await run(missing, true);
    expect(counts).toEqual({ passed: 2, failed: 3, skipped: 0 });
    expect(closing.at(-1)).toBe('2 passed, 3 failed');
  });

  it('runs only what a filter names', async () => {
    const { counts } = await run(here, true, ['rare']);
    expect(counts).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });

  it('refuses a suite that names an unknown component', async () => {
    await expect(
      runTests({ root, components: {}, requireAll: false, args: [], show: false }),
    ).rejects.toThrow("requires the unknown 'thing'");
  });
});
