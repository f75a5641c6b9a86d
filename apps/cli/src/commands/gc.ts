import type { CommandContext } from '../context.ts';
import { withProgress } from '../output/progress.ts';
import { formatBytes, formatCount } from '../output/units.ts';

interface GcOptions {
  readonly dryRun?: boolean;
}

export async function gc(
  context: CommandContext,
  _args: readonly string[],
  options: GcOptions,
): Promise<void> {
  const dryRun = options.dryRun ?? false;
  const cache = await context.cache();
  const report = await withProgress(context, 'gc', (onEvent) =>
    cache.collectGarbage({ dryRun, signal: context.signal, onEvent }),
  );
  if (context.json) {
    context.printJson(report);
    return;
  }
  const { blobs, partials, checkouts, manifests, kept } = report;
  const parts = [
    formatCount(blobs.count, 'blob'),
    formatCount(partials.count, 'partial file'),
    formatCount(checkouts, 'checkout'),
    formatCount(manifests, 'manifest'),
  ];
  context.confirm(
    `${dryRun ? 'would remove' : 'removed'} ${parts.join(', ')}: ${formatBytes(blobs.bytes + partials.bytes)} ${dryRun ? 'to free' : 'freed'}`,
  );
  if (kept.count > 0) {
    context.confirm(
      `kept ${formatCount(kept.count, 'blob')} (${formatBytes(kept.bytes)}) that a running command may still use`,
    );
  }
}
