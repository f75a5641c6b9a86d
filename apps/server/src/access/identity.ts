import type { User } from '@modelkeep/core';

/** Who makes a request. */
export type Identity =
  | { readonly kind: 'user'; readonly user: User; readonly tokenId?: string }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'expired' | 'malformed' }
  | { readonly kind: 'throttled'; readonly waitMs: number };
