import type { User } from '@modelkeep/core';

/** By what right: without users on this machine, by a token, by a session's cookie, or because anybody may. */
export type SignedInBy = 'machine' | 'token' | 'session' | 'anybody';

/** Who makes a request. */
export type Identity =
  | {
      readonly kind: 'user';
      readonly user: User;
      readonly via: SignedInBy;
      readonly tokenId?: string;
      readonly sessionId?: string;
    }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'expired' | 'malformed' }
  | { readonly kind: 'throttled'; readonly waitMs: number };
