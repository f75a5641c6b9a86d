import type { JsonValue } from '@modelkeep/core/spi';
import { asFields, asNumber, asText } from '../store/read-json.ts';

/** A session as it is kept, under the hash of its secret. */
export interface StoredSession {
  readonly user: string;
  /** Hash of the token that was given; null for a link of the server's machine. */
  readonly tokenHash: string | null;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly address: string;
  readonly agent: string;
}

/** A session as it is shown. */
export interface SessionFacts extends Omit<StoredSession, 'tokenHash'> {
  /** The first digits of its hash. */
  readonly id: string;
  readonly tokenId: string | null;
  /** To within some minutes. */
  readonly lastUsed: number;
  /** When it ends if nobody uses it from now on. */
  readonly expiresAt: number;
}

/** Undefined for what no session can be. */
export function readSession(value: JsonValue): StoredSession | undefined {
  const fields = asFields(value);
  const user = asText(fields['user']);
  const createdAt = asNumber(fields['createdAt']);
  if (user === undefined || createdAt === undefined) return undefined;
  return {
    user,
    tokenHash: asText(fields['tokenHash']) ?? null,
    createdAt,
    address: asText(fields['address']) ?? '',
    agent: asText(fields['agent']) ?? '',
  };
}
