import type { AddedContents, Lease, MetadataStore } from '../spi/metadata-store.ts';
import { noteToken } from './newest-token.ts';

/** In the time to live of a lease. */
export const HEARTBEATS = 3;

export interface LeaseKeeperOptions {
  readonly metadata: MetadataStore;
  readonly owner: string;
  readonly ttlMs: number;
  /** `LeaseRequest.address` of what is acquired from now on. */
  readonly address?: string | undefined;
  /** Told once for each lease that somebody else may hold by now. The holder must stop writing at once. */
  readonly onLost: (key: string) => void;
}

/** Holds leases of one owner and keeps them alive by a common heartbeat. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #held = new Map<string, Lease>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #renewedAt = 0;
  #beating = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  get owner(): string {
    return this.#options.owner;
  }

  /** Those of `keys` that could be had. `bytes` is what all leases of this owner still reserve. */
  async acquire(
    keys: readonly string[],
    bytes: number = this.#bytes,
    adds?: AddedContents,
  ): Promise<readonly Lease[]> {
    const { metadata, owner, ttlMs, address } = this.#options;
    this.#bytes = bytes;
    const askedAt = performance.now();
    const request = {
      owner,
      ttlMs,
      bytes,
      ...(address === undefined ? {} : { address }),
      ...(adds === undefined ? {} : { adds }),
    };
    const granted = await metadata.acquireLeases(keys, request);
    for (const lease of granted) {
      this.#held.set(lease.key, lease);
      noteToken(metadata, lease.token);
    }
    if (granted.length > 0) this.#startBeating(askedAt);
    return granted;
  }

  /** Takes effect with the next heartbeat. */
  reserve(bytes: number): void {
    this.#bytes = Math.max(0, bytes);
  }

  /** Whether the lease of `key` is surely in force: a process that slept past its time to live knows it here first. */
  holds(key: string): boolean {
    const { ttlMs } = this.#options;
    return this.#held.has(key) && performance.now() - this.#renewedAt < ttlMs;
  }

  async release(keys: readonly string[]): Promise<void> {
    const mine = keys.filter((key) => this.#held.delete(key));
    if (this.#held.size === 0) this.#stopBeating();
    if (mine.length > 0) await this.#options.metadata.releaseLeases(this.owner, mine);
  }

  /** Gives all leases back. Never fails: one that cannot be given back now runs out by itself. */
  async close(): Promise<void> {
    await this.release([...this.#held.keys()]).catch(() => {});
  }

  #startBeating(askedAt: number): void {
    if (this.#timer !== undefined) return;
    this.#renewedAt = askedAt;
    this.#timer = setInterval(() => void this.#beat(), this.#options.ttlMs / HEARTBEATS);
    this.#timer.unref();
  }

  #stopBeating(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    const { metadata, owner, ttlMs } = this.#options;
    const askedAt = performance.now();
    // A process that slept past its time to live (SIGSTOP, a suspended laptop) must not trust what it held.
    const overslept = askedAt - this.#renewedAt > ttlMs;
    try {
      const before = [...this.#held];
      const kept = new Set(await metadata.renewLeases({ owner, ttlMs, bytes: this.#bytes }));
      this.#renewedAt = askedAt;
      // One that was acquired anew meanwhile is another, which a store need not have seen.
      const isLost = ([key, lease]: [string, Lease]): boolean =>
        !kept.has(key) && this.#held.get(key) === lease;
      this.#lose(before.filter(isLost).map(([key]) => key));
    } catch {
      if (overslept) this.#lose([...this.#held.keys()]);
    } finally {
      this.#beating = false;
    }
  }

  #lose(keys: readonly string[]): void {
    for (const key of keys) if (this.#held.delete(key)) this.#options.onLost(key);
    if (this.#held.size === 0) this.#stopBeating();
  }
}
