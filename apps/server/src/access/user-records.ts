import type { JsonValue } from '@modelkeep/core/spi';
import { asFields, asNumber, asText } from '../store/read-json.ts';
import { shortId } from './token.ts';

export type Role = 'admin' | 'user';

/** A person or a program that may use the server. */
export interface UserAccount {
  readonly name: string;
  readonly role: Role;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly createdBy: string;
}

/** What is known of a token; the token itself is not kept. */
export interface TokenFacts {
  /** The first digits of its hash. */
  readonly id: string;
  readonly user: string;
  readonly label: string | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** As far as it is known: an hour more or less. */
  readonly lastUsed: number | null;
}

export function readAccount(name: string, value: JsonValue): UserAccount {
  const fields = asFields(value);
  return {
    name,
    role: fields['role'] === 'admin' ? 'admin' : 'user',
    createdAt: asNumber(fields['createdAt']) ?? 0,
    createdBy: asText(fields['createdBy']) ?? '',
  };
}

export function readToken(hash: string, value: JsonValue, lastUsed?: number): TokenFacts {
  const fields = asFields(value);
  return {
    id: shortId(hash),
    user: asText(fields['user']) ?? '',
    label: asText(fields['label']) ?? null,
    createdAt: asNumber(fields['createdAt']) ?? 0,
    expiresAt: asNumber(fields['expiresAt']) ?? null,
    lastUsed: lastUsed ?? null,
  };
}
