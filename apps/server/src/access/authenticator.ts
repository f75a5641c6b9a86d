import { StoreMemory, type User } from '@modelkeep/core';
import { readCredentials } from './credentials.ts';
import { createFailureLimit, type FailureLimit } from './failure-limit.ts';
import type { Identity } from './identity.ts';
import { LOCAL_USER } from './local-user.ts';
import { isSecretShaped, type Sessions } from './sessions.ts';
import { hashToken, isTokenShaped } from './token.ts';
import type { Users } from './users.ts';

/** How long what was looked up counts: a revoked token is refused after this. */
const FRESH_MS = 800;
const MOST_REMEMBERED = 10_000;
/** How long those who were let in before are let in while the metadata store is away: nobody can revoke a token meanwhile. */
export const KEPT_WHILE_AWAY_MS = 3_600_000;
export const FAILURES_PER_MINUTE = 10;

const LOCAL: Identity = { kind: 'user', user: LOCAL_USER, via: 'machine' };
const ANONYMOUS: Identity = { kind: 'anonymous' };

/** On whose behalf requests without a token are made where those may read. */
export const ANONYMOUS_USER: User = { name: 'anonymous', role: 'user' };
const ANYBODY: Identity = { kind: 'user', user: ANONYMOUS_USER, via: 'anybody' };

/** What a request says about who makes it. */
interface Caller {
  readonly authorization: string | undefined;
  /** The secret in the cookie of a session. Default: none. */
  readonly session?: string | undefined;
  /** Whose failures are counted together: `clientKey`. */
  readonly address: string;
  /** Whether the other end is this machine and speaks for itself, not for somebody behind a proxy. */
  readonly isLocal: boolean;
}

export interface AuthenticatorOptions {
  /** Whether anybody may use the server, as `anonymous`, while there is no user. Default: false. */
  readonly insecure?: boolean;
  /** Default: nobody has a session. */
  readonly sessions?: Pick<Sessions, 'identify'>;
  /** Shared with other ways to sign in. Default: its own. */
  readonly limit?: FailureLimit;
  readonly now?: () => number;
}

export interface Authenticator {
  /** Answers at once where the answer is known. */
  identify(caller: Caller): Identity | Promise<Identity>;
  /** Whether tokens are needed: there is a user. */
  isClosed(): Promise<boolean>;
  /** Looks everybody up again at their next request. */
  expire(): void;
}

interface Remembered {
  readonly identity: Identity;
  readonly until: number;
}

/**
 * Tells who makes a request. Without any user, whoever is on this machine is the admin `local`; from the first user on
 * a token is needed.
 */
export function createAuthenticator(
  users: Pick<Users, 'any' | 'lookUp' | 'noteUse'>,
  options: AuthenticatorOptions = {},
): Authenticator {
  const { insecure = false, now = Date.now } = options;
  const remembered = new Map<string, Remembered>();
  const memory = new StoreMemory({ limit: MOST_REMEMBERED, keptMs: KEPT_WHILE_AWAY_MS, now });
  const limit = options.limit ?? createFailureLimit(FAILURES_PER_MINUTE, now);
  let closed = { value: false, until: 0 };

  const isClosed = async (): Promise<boolean> => {
    const value = await memory.ask('any', () => users.any());
    closed = { value, until: now() + FRESH_MS };
    return value;
  };
  const lookUp = async (hash: string): Promise<Identity> => {
    const found = await memory.ask(hash, () => users.lookUp(hash));
    const isOver = found !== undefined && (found.token.expiresAt ?? Infinity) <= now();
    if (found === undefined || isOver) {
      remembered.delete(hash);
      return { kind: 'refused', reason: isOver ? 'expired' : 'unknown' };
    }
    const { token, user } = found;
    if (!memory.isAway) users.noteUse(hash);
    const identity: Identity = {
      kind: 'user',
      user: { name: user.name, role: user.role },
      via: 'token',
      tokenId: token.id,
    };
    remember(hash, identity, Math.min(now() + FRESH_MS, token.expiresAt ?? Infinity));
    return identity;
  };
  const remember = (key: string, identity: Identity, until: number): void => {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, { identity, until });
  };
  const refuse = (address: string, reason: 'unknown' | 'expired' | 'malformed'): Identity => {
    limit.failed(address);
    return { kind: 'refused', reason };
  };
  const withToken = (token: string, address: string): Identity | Promise<Identity> => {
    const hash = hashToken(token);
    const known = remembered.get(hash);
    if (known !== undefined && known.until > now()) return known.identity;
    // A client that was let in is let in again, however many others fail at its address.
    const waitMs = known === undefined ? limit.waitMs(address) : 0;
    if (waitMs > 0) return { kind: 'throttled', waitMs };
    if (!isTokenShaped(token)) return refuse(address, 'malformed');
    return lookUp(hash).then((identity) =>
      identity.kind === 'refused' ? refuse(address, identity.reason) : identity,
    );
  };
  /** A session that is over is none: its cookie harms nobody. */
  const withSession = (secret: string, otherwise: Identity): Identity | Promise<Identity> => {
    const { sessions } = options;
    if (sessions === undefined || !isSecretShaped(secret)) return otherwise;
    const key = `session ${hashToken(secret)}`;
    const known = remembered.get(key);
    if (known !== undefined && known.until > now()) return known.identity;
    return sessions.identify(secret).then((identity) => {
      if (identity === undefined) remembered.delete(key);
      else remember(key, identity, now() + FRESH_MS);
      return identity ?? otherwise;
    });
  };
  const identify = (caller: Caller): Identity | Promise<Identity> => {
    const credentials = readCredentials(caller.authorization);
    if (credentials === 'none') {
      return caller.session === undefined ? ANONYMOUS : withSession(caller.session, ANONYMOUS);
    }
    if (credentials === 'malformed') return refuse(caller.address, 'malformed');
    return withToken(credentials.token, caller.address);
  };
  const whenOpen = (caller: Caller): Identity | Promise<Identity> => {
    if (caller.isLocal) return LOCAL;
    const otherwise = insecure ? ANYBODY : ANONYMOUS;
    return caller.session === undefined ? otherwise : withSession(caller.session, otherwise);
  };
  return {
    isClosed,
    expire() {
      closed = { ...closed, until: 0 };
      memory.forget();
      // They stay known: who was let in once is not held up by the failures of others.
      for (const [key, { identity }] of remembered) remembered.set(key, { identity, until: 0 });
    },
    identify(caller) {
      if (closed.until > now()) return closed.value ? identify(caller) : whenOpen(caller);
      return isClosed().then((value) => (value ? identify(caller) : whenOpen(caller)));
    },
  };
}
