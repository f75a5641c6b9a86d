import type { FlightPeers } from '../api/flights.ts';
import { isSameMachine } from '../leases/owner.ts';
import type { Lease, MetadataStore } from '../spi/metadata-store.ts';
import { delay } from '../util/delay.ts';
import { LruMap } from '../util/lru-map.ts';
import { FLIGHT_PREFIX } from './claims.ts';

const LOOKS = 3;
const BETWEEN_LOOKS_MS = 150;
const ADDRESSES_REMEMBERED = 10_000;

/** How the flights of other processes are found and read. */
export interface PeerFlights extends Pick<FlightPeers, 'open'> {
  /** Address of the process that fetches the flight; undefined if there is none that can be reached. */
  holderOf(id: string): Promise<string | undefined>;
  /**
   * Looks, beside what the caller does, whether the process that fetches the flight is surely gone, and then ends its lease, so
   * that nobody waits for it. A lease that stays runs out by itself.
   */
  endIfGone(id: string): void;
}

type Reachable = Lease & { readonly address: string };

export interface PeerFlightsOptions {
  readonly metadata: MetadataStore;
  readonly peers: FlightPeers;
  /** This process. */
  readonly identity: { readonly owner: string };
  /** Ends what is still looked for. */
  readonly closing: AbortSignal;
}

export function peerFlights(options: PeerFlightsOptions): PeerFlights {
  const { metadata, peers, identity, closing } = options;
  /** Where somebody answered once: elsewhere a firewall may be what refuses. */
  const answered = new LruMap<string, true>(ADDRESSES_REMEMBERED);
  /** By owner: many flights may wait for one process. */
  const looking = new Map<string, Promise<boolean>>();
  /** Flights that are being looked at. */
  const ending = new Set<string>();

  async function leaseOf(id: string): Promise<Reachable | undefined> {
    const key = FLIGHT_PREFIX + id;
    const lease = (await metadata.listLeases(key)).find((listed) => listed.key === key);
    const address = lease?.address;
    if (lease === undefined || address === undefined) return undefined;
    return { ...lease, address };
  }

  async function seemsGone({ address, owner }: Reachable, id: string): Promise<boolean> {
    const found = await peers.whoAnswers(address, id, { signal: closing });
    if (found === undefined) return false;
    if (found === 'refused') return answered.get(address) === true;
    const isSelf = found.owner === identity.owner;
    // Elsewhere than at its own address, that one reaches itself says nothing of others.
    if (isSelf && address !== peers.address) return false;
    if (!isSelf) answered.set(address, true);
    // A process of another machine means that the address is no single one's.
    return found.owner !== owner && isSameMachine(found.owner, owner);
  }

  async function isGone(lease: Reachable, id: string): Promise<boolean> {
    for (let look = 1; await seemsGone(lease, id); look += 1) {
      if (look === LOOKS) return true;
      await delay(BETWEEN_LOOKS_MS, closing);
    }
    return false;
  }

  function isGoneOnce(lease: Reachable, id: string): Promise<boolean> {
    const { owner } = lease;
    const looks = looking.get(owner) ?? isGone(lease, id).finally(() => void looking.delete(owner));
    looking.set(owner, looks);
    return looks;
  }

  async function endLease(id: string): Promise<void> {
    const lease = await leaseOf(id);
    if (lease === undefined || lease.owner === identity.owner) return;
    if (!(await isGoneOnce(lease, id))) return;
    await metadata.expireLease(lease.key, lease.token);
  }

  return {
    async open(address, id, options) {
      const opened = await peers.open(address, id, options);
      answered.set(address, true);
      return opened;
    },
    async holderOf(id) {
      const address = (await leaseOf(id))?.address;
      // What held it at our own address is gone, and nothing of it can be read.
      return address === peers.address ? undefined : address;
    },
    // Where the store is away, who waits goes on waiting.
    endIfGone(id) {
      if (ending.has(id)) return;
      ending.add(id);
      void endLease(id)
        .catch(() => {})
        .finally(() => ending.delete(id));
    },
  };
}
