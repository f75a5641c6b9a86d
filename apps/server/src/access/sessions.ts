import { randomBytes } from 'node:crypto';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { RecordStore } from '../store/record-store.ts';
import type { Identity } from './identity.ts';
import { LOCAL_USER } from './local-user.ts';
import { readSession, type SessionFacts, type StoredSession } from './session-records.ts';
import { hashToken, shortId } from './token.ts';
import type { Users } from './users.ts';

const SESSIONS = 'sessions';
/** When each was used last. Kept apart: a use that is noted late must not bring back a session that was ended. */
const USES = 'session-uses';
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const DAY_MS = 86_400_000;
/** A session that nobody uses for this long ends… */
const IDLE_MS = DAY_MS;
/** …and every one does after this. */
const LIFETIME_MS = 30 * DAY_MS;
/** How exactly its last use is noted. */
const RESOLUTION_MS = 5 * 60_000;
const MOST_OF_A_USER = 50;

export interface NewSession {
  /** `local` for whoever signs in by a link of the server's machine. */
  readonly user: string;
  /** Hash of the token that was given, so that the session ends with it. */
  readonly tokenHash: string | null;
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
}

/** Sign-ins of browsers, kept beside the models as hashes. */
export interface Sessions {
  /** Returns the secret for the cookie; it is not kept. */
  begin(session: NewSession): Promise<{ readonly secret: string; readonly session: SessionFacts }>;
  /** Who the secret belongs to, while session, user and token are there. */
  identify(secret: string): Promise<Identity | undefined>;
  /** Newest first; of all users, or of one. */
  list(user?: string): Promise<readonly SessionFacts[]>;
  /** Fails with `object-not-found`. */
  end(id: string): Promise<SessionFacts>;
}

/** Whether the text can be the secret of a session. */
export function isSecretShaped(text: string): boolean {
  return SECRET.test(text);
}

export function createSessions(
  records: RecordStore,
  users: Pick<Users, 'find' | 'lookUp'>,
  now: () => number = Date.now,
): Sessions {
  const lastUseOf = async (hash: string, session: StoredSession): Promise<number> => {
    const record = await records.getRecord(USES, hash);
    return typeof record?.value === 'number' ? record.value : session.createdAt;
  };
  const factsOf = async (hash: string, session: StoredSession): Promise<SessionFacts> => {
    const lastUsed = await lastUseOf(hash, session);
    const { tokenHash, ...shown } = session;
    return {
      ...shown,
      id: shortId(hash),
      tokenId: tokenHash === null ? null : shortId(tokenHash),
      lastUsed,
      expiresAt: Math.min(lastUsed + IDLE_MS, session.createdAt + LIFETIME_MS),
    };
  };
  const forget = async (hash: string): Promise<void> => {
    await records.removeRecord(SESSIONS, hash);
    await records.removeRecord(USES, hash);
  };
  /** The role now; undefined if the user or the token is gone. */
  const roleOf = async ({
    user,
    tokenHash,
  }: StoredSession): Promise<'admin' | 'user' | undefined> => {
    if (tokenHash === null) return user === LOCAL_USER.name ? LOCAL_USER.role : undefined;
    const found = await users.lookUp(tokenHash);
    const isValid = found?.user.name === user && (found.token.expiresAt ?? Infinity) > now();
    return isValid ? found.user.role : undefined;
  };
  /** All that are in force; what is not is removed on the way. */
  const living = async function* (): AsyncGenerator<SessionFacts & { readonly hash: string }> {
    for await (const { id: hash, value } of records.listRecords(SESSIONS)) {
      const session = readSession(value);
      const facts = session && (await factsOf(hash, session));
      const isOver = facts === undefined || facts.expiresAt <= now();
      if (isOver || (await roleOf(session as StoredSession)) === undefined) await forget(hash);
      else yield { ...facts, hash };
    }
  };
  return {
    async begin({ user, tokenHash, address, agent }) {
      const own = (await Array.fromAsync(living())).filter(({ user: name }) => name === user);
      own.sort((a, b) => b.createdAt - a.createdAt);
      for (const oldest of own.slice(MOST_OF_A_USER - 1)) await forget(oldest.hash);
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const hash = hashToken(secret);
      const session = { user, tokenHash, address, agent: agent.slice(0, 200), createdAt: now() };
      await records.putRecord(SESSIONS, hash, session, { ifAbsent: true });
      return { secret, session: await factsOf(hash, session) };
    },
    async identify(secret) {
      if (!isSecretShaped(secret)) return undefined;
      const hash = hashToken(secret);
      const record = await records.getRecord(SESSIONS, hash);
      const session = record && readSession(record.value);
      if (session === undefined) return undefined;
      const facts = await factsOf(hash, session);
      const role = facts.expiresAt > now() ? await roleOf(session) : undefined;
      if (role === undefined) return undefined;
      if (now() - facts.lastUsed >= RESOLUTION_MS) await records.putRecord(USES, hash, now());
      return {
        kind: 'user',
        user: { name: session.user, role },
        via: 'session',
        sessionId: facts.id,
        ...(facts.tokenId === null ? {} : { tokenId: facts.tokenId }),
      };
    },
    async list(user) {
      const found: SessionFacts[] = [];
      for await (const { hash: _, ...facts } of living()) {
        if (user === undefined || facts.user === user) found.push(facts);
      }
      return found.toSorted((a, b) => b.createdAt - a.createdAt);
    },
    async end(id) {
      for await (const { hash, ...facts } of living()) {
        if (facts.id !== id) continue;
        await forget(hash);
        return facts;
      }
      throw new ModelkeepError('object-not-found', `there is no session ${id}`);
    },
  };
}
