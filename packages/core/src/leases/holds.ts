import type { MetadataStore } from '../spi/metadata-store.ts';
import { LazyRelease } from './lazy-release.ts';
import { LeaseKeeper } from './lease-keeper.ts';

/** Key prefix of the leases of models that are being stored or read. */
const HOLDING_PREFIX = 'holding/';
/** Reads of one model follow each other: a lease for all of them costs less than one for each. */
const LINGER_MS = 1000;

/**
 * Marks models that are in use, for all who share the store: an eviction spares them. Nobody waits for a mark or needs it: a
 * store that cannot note it is read all the same.
 */
export class Holds {
  readonly #metadata: MetadataStore;
  readonly #keeper: LeaseKeeper;
  readonly #soon: LazyRelease;
  readonly #later: LazyRelease;
  readonly #users = new Map<string, number>();
  /** Leases that are being asked for. */
  readonly #asked = new Set<Promise<void>>();

  constructor(metadata: MetadataStore, identity: { readonly owner: string }, ttlMs: number) {
    this.#metadata = metadata;
    this.#keeper = new LeaseKeeper({
      metadata,
      get owner() {
        return `${identity.owner}/holds`;
      },
      ttlMs,
      onLost: () => {},
    });
    this.#soon = new LazyRelease(this.#keeper);
    this.#later = new LazyRelease(this.#keeper, LINGER_MS);
  }

  /** Returns how to let go. `lingers`: the same will soon be held again. */
  hold(modelId: string, lingers: boolean): Disposable {
    const model = modelId.toLowerCase();
    const users = this.#users.get(model) ?? 0;
    this.#users.set(model, users + 1);
    // Beside the work, and never failing it.
    if (users === 0) {
      const asked = this.#take(model)
        .catch(() => {})
        .finally(() => this.#asked.delete(asked));
      this.#asked.add(asked);
    }
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (this.#users.get(model) ?? 1) - 1;
        if (left > 0) this.#users.set(model, left);
        else {
          this.#users.delete(model);
          (lingers ? this.#later : this.#soon).add(this.#keyOf(model));
        }
      },
    };
  }

  /** Tells which models are held now: by this process at once, by others since their leases were granted. */
  async held(): Promise<(modelId: string) => boolean> {
    const leases = await this.#metadata.listLeases(HOLDING_PREFIX);
    const here = this.#keeper.owner;
    const elsewhere = new Set(
      // What this process is done with lingers only so as to be taken up again.
      leases.filter(({ owner }) => owner !== here).map(({ key }) => key.split(' ')[0]),
    );
    return (modelId) => {
      const model = modelId.toLowerCase();
      return this.#users.has(model) || elsewhere.has(HOLDING_PREFIX + model);
    };
  }

  async close(): Promise<void> {
    // What is granted after this would hold the model until it has run out.
    await Promise.all(this.#asked);
    await this.#keeper.close();
  }

  #keyOf(model: string): string {
    return `${HOLDING_PREFIX}${model} ${this.#keeper.owner}`;
  }

  async #take(model: string): Promise<void> {
    const key = this.#keyOf(model);
    await Promise.all([this.#soon.keep([key]), this.#later.keep([key])]);
    if (!this.#keeper.holds(key)) await this.#keeper.acquire([key]);
    // Who let go before the lease was granted had nothing to give back yet.
    if (!this.#users.has(model)) this.#soon.add(key);
  }
}
