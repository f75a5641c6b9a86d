import type { CoreContext } from '../context.ts';
import { fetchProved } from '../hub-layout/place-blob.ts';
import { evictCheckout } from '../operations/evict-checkout.ts';
import { LocalTier } from './local-tier.ts';

/** The tier of a cache. */
export function openTier(ctx: CoreContext, maxBytes: number): LocalTier {
  return new LocalTier({
    workspace: ctx.workspace,
    maxBytes,
    fetch: (digest, size, path) => fetchProved(ctx, digest, size, path),
    evictCheckout: (checkout, usedBefore) => evictCheckout(ctx, checkout, usedBefore),
    background: (work) => ctx.background(work),
  });
}
