import type { CacheInspection } from '../../api/inspection.ts';
import type { CoreContext } from '../../context.ts';
import { FLIGHT_PREFIX } from '../../fetch/claims.ts';
import { withWorkspaceErrors } from '../../util/fs-errors.ts';

/** Each is loaded when it is asked for: most processes never do. */
export function createInspection(ctx: CoreContext): CacheInspection {
  return {
    previewPull: async (name, options) =>
      (await import('./preview-pull.ts')).previewPull(ctx, name, options),
    previewRemoval: async (names, options) =>
      (await import('./preview-removal.ts')).previewRemoval(ctx, names, options?.user),
    async previewImport(input, options) {
      const { previewImport } = await import('../import/import-model.ts');
      return withWorkspaceErrors('could not read the archive', () =>
        previewImport(ctx, input, options),
      );
    },
    sharing: async (name, options) =>
      (await import('./sharing.ts')).sharing(ctx, name, options?.user),
    totals: async () => (await import('./totals.ts')).totals(ctx),
    traffic: () => ctx.fetcher.traffic(),
    evictions: () => ctx.evictions.totals,
    onEviction: (listener) => ctx.evictions.listen(listener),
    onUnkept: (listener) => ctx.unkept.listen(listener),
    async otherFlights() {
      const leases = await ctx.metadata.listLeases(FLIGHT_PREFIX);
      return leases.filter(({ owner }) => owner !== ctx.owner).length;
    },
  };
}
