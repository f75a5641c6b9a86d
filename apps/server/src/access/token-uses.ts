import type { RecordStore } from '../store/record-store.ts';

/** Kept apart from the tokens: a use that is noted late must not bring back one that was revoked. */
const TOKEN_USES = 'token-uses';
/** How exactly a last use is noted. */
const RESOLUTION_MS = 3_600_000;

/** When each token was used last, by its hash. */
export interface TokenUses {
  /** Notes a use, in the background and at most once an hour for each token. */
  note(hash: string): void;
  list(): Promise<ReadonlyMap<string, number>>;
  forget(hash: string): Promise<void>;
  /** Resolves once all that was noted is written, or has failed. */
  settle(): Promise<void>;
}

export function createTokenUses(
  records: RecordStore,
  onError: (error: unknown) => void,
  now: () => number = Date.now,
): TokenUses {
  const noted = new Map<string, number>();
  const writing = new Set<Promise<void>>();
  const write = async (hash: string, at: number): Promise<void> => {
    const record = await records.getRecord(TOKEN_USES, hash);
    // Another server, or this one before it was started anew, may have noted it.
    if (typeof record?.value === 'number' && at - record.value < RESOLUTION_MS) return;
    await records.putRecord(TOKEN_USES, hash, at);
  };
  return {
    note(hash) {
      const at = now();
      if (at - (noted.get(hash) ?? Number.NEGATIVE_INFINITY) < RESOLUTION_MS) return;
      noted.set(hash, at);
      const work = write(hash, at)
        .catch(onError)
        .finally(() => writing.delete(work));
      writing.add(work);
    },
    async list() {
      const uses = new Map<string, number>();
      for await (const { id, value } of records.listRecords(TOKEN_USES)) {
        if (typeof value === 'number') uses.set(id, value);
      }
      return uses;
    },
    async forget(hash) {
      noted.delete(hash);
      await records.removeRecord(TOKEN_USES, hash);
    },
    async settle() {
      await Promise.all(writing);
    },
  };
}
