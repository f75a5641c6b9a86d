import type { JsonValue } from '@modelkeep/core/spi';

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
}

type Fields = Readonly<Record<string, JsonValue>>;

export function readAccount(name: string, value: JsonValue): UserAccount {
  const fields = asFields(value);
  return {
    name,
    role: fields['role'] === 'admin' ? 'admin' : 'user',
    createdAt: asNumber(fields['createdAt']) ?? 0,
    createdBy: asText(fields['createdBy']) ?? '',
  };
}

export function readToken(hash: string, value: JsonValue): TokenFacts {
  const fields = asFields(value);
  return {
    id: tokenId(hash),
    user: asText(fields['user']) ?? '',
    label: asText(fields['label']) ?? null,
    createdAt: asNumber(fields['createdAt']) ?? 0,
    expiresAt: asNumber(fields['expiresAt']) ?? null,
  };
}

const ID_DIGITS = 16;

function tokenId(hash: string): string {
  return hash.slice(0, ID_DIGITS);
}

function asFields(value: JsonValue): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
