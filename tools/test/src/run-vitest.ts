import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, countResults } from './count-results.ts';

/** Where and how vitest runs. */
export interface VitestOptions {
  readonly root: string;
  readonly config: string;
  readonly args: readonly string[];
  /** Whether vitest's own report is shown. */
  readonly show: boolean;
}

/** Runs vitest once and counts its tests. */
export async function runVitest({ root, config, args, show }: VitestOptions): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'modelkeep-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--root', root, '--config', config, ...reporters, ...args],
      { cwd: root, stdio: ['ignore', show ? 'inherit' : 'ignore', show ? 'inherit' : 'ignore'] },
    );
    const [exitCode] = (await once(child, 'close')) as [number | null];
    const report = existsSync(reportFile)
      ? JSON.parse(readFileSync(reportFile, 'utf8'))
      : undefined;
    return countResults(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
