import type { VerifyProblem } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { INTEGRITY } from '../exit-status.ts';
import { printable } from '../output/printable.ts';
import { withProgress } from '../output/progress.ts';
import { formatBytes, formatCount } from '../output/units.ts';

interface VerifyCommandOptions {
  readonly quick?: boolean;
  readonly repair?: boolean;
}

const KINDS: Readonly<Record<VerifyProblem['kind'], string>> = {
  'blob-missing': 'content is missing',
  'blob-damaged': 'content is damaged',
  'blob-unknown': 'not in the index',
  'checkout-broken': 'folder is not as it should be',
  'manifest-missing': 'manifest is missing',
  'receipt-changed': 'file changed since it was proved',
};

export async function verify(
  context: CommandContext,
  args: readonly string[],
  options: VerifyCommandOptions,
): Promise<void> {
  const cache = await context.cache();
  const report = await withProgress(context, 'verify', (onEvent) =>
    cache.verifyModels({
      ...(args.length === 0 ? {} : { models: args }),
      quick: options.quick ?? false,
      repair: options.repair ?? false,
      signal: context.signal,
      onEvent,
    }),
  );
  const open = report.problems.filter((problem) => !problem.repaired);
  if (open.length > 0) context.setStatus(INTEGRITY);
  if (context.json) {
    context.printJson(report);
    return;
  }
  for (const problem of report.problems) context.print(describe(problem));
  context.confirm(
    `${formatCount(report.models, 'model')}, ${formatCount(report.checkedFiles, 'file')}, ${formatBytes(report.checkedBytes)} ${report.full ? 'read and proved' : 'compared without reading'}: ${outcome(report.problems.length, open.length)}`,
  );
  if (open.length > 0 && !options.repair) {
    context.note('`modelkeep verify --repair` fetches damaged files again');
  }
}

function describe(problem: VerifyProblem): string {
  const model =
    problem.modelId === undefined
      ? ''
      : ` of ${problem.modelId}${problem.commit === undefined ? '' : `@${problem.commit.slice(0, 12)}`}`;
  const facts =
    problem.expected === undefined && problem.found === undefined
      ? ''
      : ` (expected ${problem.expected ?? 'none'}, found ${problem.found ?? 'none'})`;
  return printable(
    `${problem.repaired ? 'repaired' : 'problem'}: ${problem.path}${model}: ${KINDS[problem.kind]}${facts}${problem.reason === undefined ? '' : `; ${problem.reason}`}`,
  );
}

function outcome(found: number, open: number): string {
  if (found === 0) return 'all is well';
  return open === 0
    ? `${formatCount(found, 'problem')}, all repaired`
    : `${formatCount(found, 'problem')}, ${open} not repaired`;
}
