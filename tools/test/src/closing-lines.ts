import type { Counts } from './count-results.ts';
import type { LeftOutSuite } from './plan-suites.ts';

/** What the run says at its end: each suite left out with the commands it needs, then the one line of counts. */
export function closingLines(counts: Counts, leftOut: readonly LeftOutSuite[]): string[] {
  const lines = leftOut.length === 0 ? [] : ['', 'Left out on this machine:'];
  for (const { file, missing } of leftOut) {
    lines.push(`  ${file}`);
    for (const { name, hint } of missing) lines.push(`    needs ${name}: ${hint}`);
  }
  const { passed, failed, skipped } = counts;
  const tail = skipped > 0 ? `, ${skipped} skipped` : '';
  return [...lines, '', `${passed} passed, ${failed} failed${tail}`];
}
