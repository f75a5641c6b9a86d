import type { Authenticator } from './authenticator.ts';
import type { FailureLimit } from './failure-limit.ts';
import type { Sessions } from './sessions.ts';
import type { SignInLinks } from './sign-in-links.ts';

/** The ways in. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
  readonly links: SignInLinks;
  readonly limit: FailureLimit;
  /** Path that clients put before all others. */
  readonly prefix: string;
}
