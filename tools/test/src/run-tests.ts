import type { Requirements } from '@modelkeep/test-requirements';
import { closingLines } from './closing-lines.ts';
import { type Counts, sumCounts } from './count-results.ts';
import { planSuites } from './plan-suites.ts';
import { runVitest } from './run-vitest.ts';

/** What to run. */
export interface RunOptions {
  readonly root: string;
  readonly components: Requirements;
  /** Whether a suite left out is a failure. */
  readonly requireAll: boolean;
  /** Passed on to vitest: file filters and options. */
  readonly args: readonly string[];
  /** Whether vitest's own report is shown. */
  readonly show: boolean;
}

/** The counts of the whole run, and what to print at its end. */
export interface RunResult {
  readonly counts: Counts;
  readonly closing: readonly string[];
}

/** Runs the unit tests, then the integration suites that this machine can run. */
export async function runTests(options: RunOptions): Promise<RunResult> {
  const { root, components, requireAll, show } = options;
  const plan = planSuites(root, components);
  // With a filter, one of the two runs may well have no test.
  const args = options.args.length > 0 ? [...options.args, '--passWithNoTests'] : [];
  const all = [await runVitest({ root, config: 'vitest.config.ts', args, show })];
  if (plan.run.length > 0) {
    const excluded = plan.leftOut.flatMap(({ file }) => ['--exclude', file]);
    const config = 'vitest.integration.config.ts';
    all.push(await runVitest({ root, config, args: [...args, ...excluded], show }));
  }
  const leftOut = plan.leftOut.length;
  all.push({ passed: 0, failed: requireAll ? leftOut : 0, skipped: requireAll ? 0 : leftOut });
  const counts = sumCounts(all);
  return { counts, closing: closingLines(counts, plan.leftOut) };
}
