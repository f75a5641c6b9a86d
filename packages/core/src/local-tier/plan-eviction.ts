import type { Digest } from '../spi/model.ts';
import type { TierContent, UsedCheckout } from './tier-files.ts';

/** A content that may go, with the checkouts that must go before it. */
export interface Eviction {
  readonly digest: Digest;
  readonly size: number;
  readonly checkouts: readonly UsedCheckout[];
}

/**
 * Contents in the order in which they go: those first that nobody used for longest, by themselves or through a checkout; who
 * reads a content that one checkout alone has uses that checkout.
 * What a checkout has that was used after `protectedAfter` stays: somebody may be about to open its files.
 */
export function planEviction(
  { files, checkouts }: TierContent,
  protectedAfter: number,
): readonly Eviction[] {
  const users = new Map<Digest, UsedCheckout[]>();
  for (const checkout of checkouts) {
    for (const { digest } of checkout.files) {
      if (digest === undefined) continue;
      const known = users.get(digest);
      if (known === undefined) users.set(digest, [checkout]);
      else if (known.at(-1) !== checkout) known.push(checkout);
    }
  }
  const lastUses = new Map(checkouts.map((checkout) => [checkout, checkout.usedAt]));
  for (const [digest, { usedAt }] of files) {
    const [checkout, ...others] = users.get(digest) ?? [];
    // A read of what several have tells of none of them.
    if (checkout === undefined || others.length > 0) continue;
    lastUses.set(checkout, Math.max(usedAt, lastUses.get(checkout) ?? 0));
  }
  const candidates = [...files].map(([digest, { size, usedAt }]) => {
    const having = users.get(digest) ?? [];
    const lastUse = Math.max(usedAt, ...having.map((checkout) => lastUses.get(checkout) ?? 0));
    return { digest, size, checkouts: having, lastUse };
  });
  return candidates
    .filter(({ checkouts: having, lastUse }) => having.length === 0 || lastUse <= protectedAfter)
    .sort((a, b) => a.lastUse - b.lastUse);
}
