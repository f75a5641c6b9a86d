import { LazyRelease } from '../leases/lazy-release.ts';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { BlobRecord, Lease, MetadataStore } from '../spi/metadata-store.ts';
import { createBatcher } from '../util/batcher.ts';
import { delay } from '../util/delay.ts';

/** Key prefix of the leases under which blobs are fetched. */
export const FLIGHT_PREFIX = 'flight/';

const FIRST_POLL_MS = 50;
const MAX_POLL_MS = 400;
const CLAIM_INTERVAL_MS = 20;

/** Either the right to fetch a blob alone, or the blob that somebody else has stored meanwhile. */
type Claim = { readonly lease: Lease } | { readonly present: BlobRecord };

interface ClaimOptions {
  /** What is there does not count. */
  readonly replace: boolean;
  /** Told, again and again, that somebody else has the right. */
  readonly onHeld: () => void;
  readonly signal: AbortSignal;
}

/** Makes one flight of the flights of all processes on the store. */
export interface FlightClaims {
  /** Waits until the blob is there or is ours to fetch. */
  claim(id: string, options: ClaimOptions): Promise<Claim>;
  /** The flight has ended. Whoever waits for its blob looks for that, so the lease may be given back a moment later. */
  release(id: string): void;
}

/** Records of those flight ids whose content is in the store. */
export async function presentBlobs(
  metadata: Pick<MetadataStore, 'getBlobs' | 'findBlobs'>,
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

interface Finding {
  readonly lease: Lease | undefined;
  readonly present: BlobRecord | undefined;
}

export function createFlightClaims(metadata: MetadataStore, keeper: LeaseKeeper): FlightClaims {
  const returns = new LazyRelease(keeper);
  const look = createBatcher<string, Finding>(
    async (ids) => {
      const keys = ids.map((id) => FLIGHT_PREFIX + id);
      await returns.keep(keys);
      const leases = await keeper.acquire(keys);
      const granted = new Map(leases.map((lease) => [lease.key, lease]));
      // Looked up after the leases were granted: whoever held one before notes the blob before letting go.
      const present = await presentBlobs(metadata, ids);
      return ids.map((id) => ({
        lease: granted.get(FLIGHT_PREFIX + id),
        present: present.get(id),
      }));
    },
    { intervalMs: CLAIM_INTERVAL_MS },
  );
  return {
    async claim(id, { replace, onHeld, signal }) {
      for (let wait = FIRST_POLL_MS; ; wait = Math.min(MAX_POLL_MS, wait * 2)) {
        signal.throwIfAborted();
        const { lease, present } = await look(id);
        if (present !== undefined && !replace) {
          if (lease !== undefined) returns.add(FLIGHT_PREFIX + id);
          return { present };
        }
        if (lease !== undefined) return { lease };
        onHeld();
        await delay(wait, signal);
      }
    },
    release: (id) => returns.add(FLIGHT_PREFIX + id),
  };
}
