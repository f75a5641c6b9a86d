import { TOKENS, USERS } from '../access/users.ts';
import { AUDIT } from '../audit/audit-log.ts';
import { USES } from '../models/uses.ts';
import { TRAFFIC } from '../traffic/traffic-log.ts';

/** A collection of the server's records that goes along when its store is copied. */
export interface CarriedRecords {
  readonly collection: string;
  /** Whether a record that an earlier copy brought goes when its original has gone. */
  readonly mirror?: boolean;
  readonly onDifference?: 'chain';
}

/**
 * What of the server's own goes along when its store is copied: users, tokens, the audit log, who used what, traffic.
 * Not sessions (people sign in again), jobs (the server that has them ends them) and sign-in links.
 */
export const CARRIED_RECORDS: readonly CarriedRecords[] = [
  // A token that was revoked between two copies must not stay good.
  { collection: USERS, mirror: true },
  { collection: TOKENS, mirror: true },
  // Each event is sealed by the one before it.
  { collection: AUDIT, onDifference: 'chain' },
  { collection: USES },
  { collection: TRAFFIC },
];
