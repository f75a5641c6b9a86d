import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { BlobRecord, Lease, MetadataStore } from '../spi/metadata-store.ts';
import { createBatcher } from '../util/batcher.ts';
import { delay } from '../util/delay.ts';

/** Key prefix of the leases under which blobs are fetched. */
export const FLIGHT_PREFIX = 'flight/';

const FIRST_POLL_MS = 50;
const MAX_POLL_MS = 400;

/** Either the right to fetch a blob alone, or the blob that somebody else has stored meanwhile. */
type Claim = { readonly lease: Lease } | { readonly present: BlobRecord };

/** Makes one flight of the flights of all processes on the store. */
export interface FlightClaims {
  /** Waits until the blob is there or is ours to fetch. `replace`: what is there does not count. */
  claim(
    id: string,
    options: { readonly replace: boolean; readonly signal: AbortSignal },
  ): Promise<Claim>;
  release(id: string): Promise<void>;
}

/** Records of those flight ids whose content is in the store. */
export async function presentBlobs(
  metadata: MetadataStore,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BlobRecord>> {
  const strip = (prefix: string): string[] =>
    ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
  const digests = strip('sha256-');
  const gitOids = strip('git-');
  const [byDigest, byGitOid] = await Promise.all([
    digests.length === 0 ? [] : metadata.getBlobs(digests),
    gitOids.length === 0 ? [] : metadata.findBlobs(gitOids),
  ]);
  const found = new Map<string, BlobRecord>();
  for (const [digest, record] of byDigest) found.set(`sha256-${digest}`, record);
  for (const [gitOid, record] of byGitOid) found.set(`git-${gitOid}`, record);
  return found;
}

export function createFlightClaims(metadata: MetadataStore, keeper: LeaseKeeper): FlightClaims {
  const lookUp = createBatcher<string, BlobRecord | undefined>(async (ids) => {
    const found = await presentBlobs(metadata, ids);
    return ids.map((id) => found.get(id));
  });
  const acquire = createBatcher<string, Lease | undefined>(async (ids) => {
    const granted = new Map(
      (await keeper.acquire(ids.map((id) => FLIGHT_PREFIX + id))).map((lease) => [
        lease.key,
        lease,
      ]),
    );
    return ids.map((id) => granted.get(FLIGHT_PREFIX + id));
  });
  const release = createBatcher<string, void>(async (ids) => {
    await keeper.release(ids.map((id) => FLIGHT_PREFIX + id));
    return ids.map(() => undefined);
  });

  return {
    async claim(id, { replace, signal }) {
      for (let wait = FIRST_POLL_MS; ; wait = Math.min(MAX_POLL_MS, wait * 2)) {
        signal.throwIfAborted();
        const lease = await acquire(id);
        // Looked up after the lease was granted: whoever held it before notes the blob before letting go.
        const present = replace ? undefined : await lookUp(id);
        if (present !== undefined) {
          if (lease !== undefined) await release(id);
          return { present };
        }
        if (lease !== undefined) return { lease };
        await delay(wait, signal);
      }
    },
    release,
  };
}
