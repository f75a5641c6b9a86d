import { ModelkeepError } from '@modelkeep/core/spi';
import type { RecordStore } from '../store/record-store.ts';
import { createToken, hashToken } from './token.ts';
import { createTokenUses } from './token-uses.ts';
import {
  type Role,
  readAccount,
  readToken,
  type TokenFacts,
  type UserAccount,
} from './user-records.ts';

export const USERS = 'users';
export const TOKENS = 'tokens';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;
const RESERVED = new Set(['anonymous', 'local']);

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  /** Who adds the user. */
  readonly by: string;
}

export interface NewToken {
  readonly user: string;
  readonly label?: string;
  /** ms since the epoch. Default: never. */
  readonly expiresAt?: number;
}

/** A token as it is shown, once. */
export interface IssuedToken extends TokenFacts {
  readonly token: string;
}

/** The users and their tokens, kept beside the models. Fails with `conflict`, `object-not-found` or `invalid-argument`. */
export interface Users {
  /** Whether there is any: from then on a token is needed. */
  any(): Promise<boolean>;
  list(): AsyncIterable<UserAccount>;
  find(name: string): Promise<UserAccount | undefined>;
  add(user: NewUser): Promise<UserAccount>;
  setRole(name: string, role: Role): Promise<UserAccount>;
  /** Removes the user with all tokens. Returns how many tokens that were. */
  remove(name: string): Promise<number>;
  issueToken(token: NewToken): Promise<IssuedToken>;
  listTokens(user?: string): AsyncIterable<TokenFacts>;
  revokeToken(id: string): Promise<TokenFacts>;
  /** The token of this hash and its user, expired or not. */
  lookUp(
    hash: string,
  ): Promise<{ readonly token: TokenFacts; readonly user: UserAccount } | undefined>;
  /** Notes that the token of this hash was used: beside the request, never failing it. */
  noteUse(hash: string): void;
  /** Resolves once uses are written. */
  settle(): Promise<void>;
}

export function createUsers(
  records: RecordStore,
  onError: (error: unknown) => void = () => undefined,
): Users {
  const uses = createTokenUses(records, onError);
  const find = async (name: string): Promise<UserAccount | undefined> => {
    const record = await records.getRecord(USERS, name);
    return record === undefined ? undefined : readAccount(name, record.value);
  };
  const require = async (name: string): Promise<UserAccount> => {
    const user = await find(name);
    if (user === undefined) throw noUser(name);
    return user;
  };
  const put = async (user: UserAccount, ifAbsent: boolean): Promise<boolean> => {
    const { name, ...value } = user;
    return records.putRecord(USERS, name, value, { ifAbsent });
  };
  return {
    async any() {
      for await (const _ of records.listRecords(USERS, { limit: 1 })) return true;
      return false;
    },
    async *list() {
      for await (const { id, value } of records.listRecords(USERS)) yield readAccount(id, value);
    },
    find,
    async add({ name, role, by }) {
      checkName(name);
      const user = { name, role, createdAt: Date.now(), createdBy: by };
      if (!(await put(user, true))) {
        throw new ModelkeepError('conflict', `there is a user ${name} already`);
      }
      return user;
    },
    async setRole(name, role) {
      const user = { ...(await require(name)), role };
      await put(user, false);
      return user;
    },
    async remove(name) {
      // The user first: a token without its user lets nobody in, whatever happens next.
      if (!(await records.removeRecord(USERS, name))) throw noUser(name);
      let removed = 0;
      for await (const { id, value } of records.listRecords(TOKENS)) {
        if (readToken(id, value).user !== name) continue;
        if (await records.removeRecord(TOKENS, id)) removed++;
        await uses.forget(id);
      }
      return removed;
    },
    async issueToken({ user, label, expiresAt }) {
      await require(user);
      const token = createToken();
      const hash = hashToken(token);
      const value = {
        user,
        label: label ?? null,
        createdAt: Date.now(),
        expiresAt: expiresAt ?? null,
      };
      await records.putRecord(TOKENS, hash, value, { ifAbsent: true });
      return { ...readToken(hash, value), token };
    },
    async *listTokens(user) {
      const used = await uses.list();
      for await (const { id, value } of records.listRecords(TOKENS)) {
        const token = readToken(id, value, used.get(id));
        if (user === undefined || token.user === user) yield token;
      }
    },
    async revokeToken(id) {
      for await (const record of records.listRecords(TOKENS)) {
        const token = readToken(record.id, record.value);
        if (token.id !== id || !(await records.removeRecord(TOKENS, record.id))) continue;
        await uses.forget(record.id);
        return token;
      }
      throw new ModelkeepError('object-not-found', `there is no token ${id}`);
    },
    async lookUp(hash) {
      const record = await records.getRecord(TOKENS, hash);
      if (record === undefined) return undefined;
      const token = readToken(hash, record.value);
      const user = await find(token.user);
      return user === undefined ? undefined : { token, user };
    },
    noteUse: uses.note,
    settle: uses.settle,
  };
}

function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw new ModelkeepError(
      'invalid-argument',
      `${JSON.stringify(name)} is no user name: it must be 1 to 64 letters, digits, ".", "_", "@", "+" or "-", beginning with a letter or digit`,
    );
  }
  if (RESERVED.has(name)) {
    throw new ModelkeepError(
      'invalid-argument',
      `${name} is the server's own name for ${name === 'local' ? 'whoever is on its machine' : 'those without a token'}`,
    );
  }
}

function noUser(name: string): ModelkeepError {
  return new ModelkeepError('object-not-found', `there is no user ${name}`);
}
