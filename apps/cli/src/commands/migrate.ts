import { resolve } from 'node:path';
import type { CopyReport } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { INTEGRITY } from '../exit-status.ts';
import { UsageError } from '../failure.ts';
import { printable } from '../output/printable.ts';
import { withProgress } from '../output/progress.ts';
import { formatBytes, formatCount } from '../output/units.ts';

interface MigrateOptions {
  readonly to: string;
  readonly dryRun?: boolean;
}

/** Copies the store into another one. What goes wrong with single files is told, and the rest is copied. */
export async function migrate(
  context: CommandContext,
  _args: readonly string[],
  options: MigrateOptions,
): Promise<void> {
  if (context.server !== undefined) {
    throw new UsageError('a store is copied on its own machine: leave out --server');
  }
  const dryRun = options.dryRun ?? false;
  const to = resolve(context.host.cwd, options.to);
  const migration = await context.host.openMigration({ ...context.place, to });
  context.onInterrupt('what was copied stays; run the same command again for the rest');
  let report: CopyReport;
  try {
    report = await withProgress(context, 'migrate', (onEvent) =>
      migration.copy({ dryRun, signal: context.signal, onEvent }),
    );
  } finally {
    await migration.close();
  }
  if (report.problems.length > 0) context.setStatus(INTEGRITY);
  if (context.json) context.printJson(report);
  else print(context, report, migration.target);
}

function print(context: CommandContext, report: CopyReport, target: string): void {
  const { dryRun, models, copied, linked, present, records, newer, problems } = report;
  const done = dryRun ? 'would copy' : 'copied';
  const moved = linked.bytes > 0 ? ` (${formatBytes(linked.bytes)} by linking)` : '';
  context.confirm(
    `${formatCount(models, 'model')}: ${done} ${formatBytes(copied.bytes)} in ${formatCount(copied.count, 'file')}${moved}; ${formatBytes(present.bytes)} were there`,
  );
  const changed = Object.entries(records).filter(([, count]) => count > 0);
  if (changed.length > 0) {
    const counts = changed.map(([collection, count]) => `${count} ${collection}`);
    context.confirm(`${done} records: ${counts.join(', ')}`);
  }
  for (const key of newer) {
    context.note(`${printable(key)} was fetched later there, and stays as it is`);
  }
  for (const { modelId, commit, path, reason } of problems) {
    context.warn(`${modelId}@${commit.slice(0, 12)}: ${path} was left out: ${reason}`);
  }
  if (dryRun) return;
  context.note(
    problems.length > 0
      ? 'mend the old store (modelkeep verify --repair) and run the same command again'
      : `run it again for what changes meanwhile; then use ${target} instead`,
  );
}
