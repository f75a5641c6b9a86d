import { randomBytes } from 'node:crypto';
import type { RecordStore } from '../store/record-store.ts';
import { hashToken } from './token.ts';

const LINKS = 'sign-in-links';
const CODE_BYTES = 32;
const LIFETIME_MS = 15 * 60_000;

/**
 * Codes that sign in whoever reads the server's console: once, and soon. Kept as hashes, so that a look-up compares nothing
 * secret, and beside the models, so that any server of the store takes them.
 */
export interface SignInLinks {
  issue(): Promise<string>;
  /** Whether the code is good; it is not any more afterwards. */
  redeem(code: string): Promise<boolean>;
}

export function createSignInLinks(records: RecordStore, now: () => number = Date.now): SignInLinks {
  return {
    async issue() {
      for await (const { id, value } of records.listRecords(LINKS)) {
        if (typeof value !== 'number' || value <= now()) await records.removeRecord(LINKS, id);
      }
      const code = randomBytes(CODE_BYTES).toString('base64url');
      await records.putRecord(LINKS, hashToken(code), now() + LIFETIME_MS, { ifAbsent: true });
      return code;
    },
    async redeem(code) {
      const id = hashToken(code);
      const record = await records.getRecord(LINKS, id);
      if (record === undefined) return false;
      // Of two who come at once, one removes it.
      const isFirst = await records.removeRecord(LINKS, id);
      return isFirst && typeof record.value === 'number' && record.value > now();
    },
  };
}
