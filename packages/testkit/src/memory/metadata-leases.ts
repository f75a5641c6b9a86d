import type { Lease, LeaseRequest, Reservation } from '@modelkeep/core/spi';
import type { MemoryMetadataData, StoredLease } from './metadata-data.ts';

/** The leases of a memory metadata store. */
export interface LeaseTable {
  acquire(keys: readonly string[], request: LeaseRequest): readonly Lease[];
  renew(request: LeaseRequest): readonly string[];
  release(owner: string, keys: readonly string[] | undefined): void;
  expire(key: string, token: number): boolean;
  forget(ranOutBefore: number): void;
  inForce(prefix: string): readonly (Lease & { readonly grantedAt: number })[];
  bytes(exceptOwner: string): number;
  reservations(exceptOwner: string): readonly Reservation[];
}

export function leaseTable(
  { leases, tokens }: MemoryMetadataData,
  now: () => number,
  isDead: (owner: string) => boolean,
): LeaseTable {
  function isInForce(lease: StoredLease): boolean {
    return lease.owner !== undefined && lease.expiresAt > now() && !isDead(lease.owner);
  }

  function grant(key: string, request: LeaseRequest): Lease | undefined {
    const { owner, ttlMs, bytes = 0, address, adds } = request;
    const last = leases.get(key);
    const foreign = last?.owner === undefined || last.owner === owner ? undefined : last;
    if (foreign !== undefined && isInForce(foreign)) return undefined;
    const takenOver =
      foreign?.owner === undefined ? undefined : isDead(foreign.owner) ? 'dead' : 'expired';
    tokens.last += 1;
    const granted: StoredLease = {
      token: tokens.last,
      owner,
      expiresAt: now() + ttlMs,
      grantedAt: now(),
      bytes,
      takenOver,
      address,
      adds,
    };
    leases.set(key, granted);
    return described(key, owner, granted);
  }

  function ofOthers(exceptOwner: string): readonly StoredLease[] {
    return [...leases.values()].filter((lease) => lease.owner !== exceptOwner && isInForce(lease));
  }

  return {
    acquire: (keys, request) =>
      [...new Set(keys)].map((key) => grant(key, request)).filter((lease) => lease !== undefined),
    renew({ owner, ttlMs, bytes = 0 }) {
      const held = [...leases].filter(([, lease]) => lease.owner === owner);
      const expiresAt = now() + ttlMs;
      for (const [key, lease] of held) leases.set(key, { ...lease, expiresAt, bytes });
      return held.map(([key]) => key);
    },
    release(owner, keys = [...leases.keys()]) {
      for (const key of keys) {
        const lease = leases.get(key);
        if (lease?.owner === owner) leases.set(key, { ...lease, owner: undefined });
      }
    },
    expire(key, token) {
      const lease = leases.get(key);
      if (lease?.owner === undefined || lease.token !== token) return false;
      leases.set(key, { ...lease, expiresAt: 0 });
      return true;
    },
    forget(ranOutBefore) {
      for (const [key, { expiresAt, grantedAt }] of leases) {
        if (expiresAt < ranOutBefore && grantedAt < ranOutBefore) leases.delete(key);
      }
    },
    inForce: (prefix) =>
      [...leases]
        .filter(([key, lease]) => key.startsWith(prefix) && isInForce(lease))
        .map(([key, lease]) => ({
          ...described(key, lease.owner ?? '', lease),
          grantedAt: lease.grantedAt,
        })),
    bytes: (exceptOwner) => ofOthers(exceptOwner).reduce((sum, { bytes }) => sum + bytes, 0),
    reservations: (exceptOwner) =>
      ofOthers(exceptOwner)
        .filter(({ bytes, adds }) => bytes > 0 || adds !== undefined)
        .map(({ bytes, adds }) => ({ bytes, ...(adds === undefined ? {} : { adds }) })),
  };
}

function described(key: string, owner: string, lease: StoredLease): Lease {
  const { token, expiresAt, takenOver, address } = lease;
  return {
    key,
    owner,
    token,
    expiresAt,
    ...(takenOver === undefined ? {} : { takenOver }),
    ...(address === undefined ? {} : { address }),
  };
}
