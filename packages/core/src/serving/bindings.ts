import type { Origin } from '../api/hub-view.ts';
import type { Connection, User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import type { ModelRef } from '../names/model-name.ts';
import { displayName, isCommit } from '../names/model-name.ts';
import { chooseConnection } from '../operations/choose-connection.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { ModelDescription } from '../spi/model-source.ts';
import { LruMap } from '../util/lru-map.ts';
import { BINDINGS, type Binding, bindingId, bindingOf, fromRecord, toRecord } from './binding.ts';
import type { Listings } from './listings.ts';
import { isOutage, type Outages } from './outages.ts';
import type { StoreMemory } from './store-memory.ts';

const REMEMBERED = 5_000;

export interface BoundRevision {
  /** Absent when nothing was ever said of the revision, and the caller's own must do. */
  readonly binding: Binding | undefined;
  readonly origin: Origin;
  readonly ageMs: number;
}

interface BindingsOptions {
  readonly outages: Outages;
  readonly listings: Listings;
  readonly memory: StoreMemory;
  /** How long what a source said counts as fresh. */
  readonly ttlMs: number;
}

/** Knows which commit a revision means, asking the source no more often than the time to live. */
export class Bindings {
  readonly #ctx: CoreContext;
  readonly #ttlMs: number;
  readonly #known = new LruMap<string, Binding>(REMEMBERED);
  readonly #asking = new Map<string, Promise<Binding>>();
  readonly #outages: Outages;
  readonly #listings: Listings;
  readonly #memory: StoreMemory;

  constructor(ctx: CoreContext, { outages, listings, memory, ttlMs }: BindingsOptions) {
    this.#ctx = ctx;
    this.#listings = listings;
    this.#outages = outages;
    this.#memory = memory;
    this.#ttlMs = ttlMs;
  }

  /** What was said of the revision before, whenever that was. */
  async known(ref: ModelRef): Promise<Binding | undefined> {
    const id = bindingId(ref.modelId, ref.revision);
    const remembered = this.#known.get(id);
    if (remembered !== undefined) return remembered;
    const record = await this.#memory.ask(`binding ${id}`, () =>
      this.#ctx.metadata.getRecord(BINDINGS, id),
    );
    if (record === undefined) return undefined;
    const binding = fromRecord(record.value);
    this.#known.set(id, binding);
    return binding;
  }

  /** The binding to serve now. `fallback` tells whether the caller has something else when there is none. */
  async bind(ref: ModelRef, user: User, fallback: boolean): Promise<BoundRevision> {
    const known = await this.known(ref);
    const ageMs = known === undefined ? 0 : Math.max(0, Date.now() - known.askedAt);
    const serve = (origin: Origin): BoundRevision => ({ binding: known, origin, ageMs });
    // A commit never changes; an offline cache is all there is.
    if (known !== undefined && (isCommit(ref.revision) || this.#ctx.offline)) return serve('hit');
    if (this.#ctx.offline) {
      if (fallback) return serve('hit');
      const what = `${displayName(ref)} is not in the cache, and this cache is offline`;
      throw new ModelkeepError('offline', what, { details: { modelId: ref.modelId } });
    }
    if (known !== undefined && ageMs < this.#ttlMs) return serve('hit');
    let connection: Connection;
    try {
      connection = chooseConnection(this.#ctx, ref.modelId, undefined, user);
    } catch (error) {
      // What is here may be read though nothing enables fetching it.
      if (known === undefined && !fallback) throw error;
      return serve('hit');
    }
    const ask = (): Promise<Binding> => this.#ask(ref, connection, known);
    if (known !== undefined && ageMs < 2 * this.#ttlMs) {
      // Fresh enough for this once; the next one sees what the source says now.
      const asking = ask();
      this.#outages.watch(connection.name, asking);
      this.#ctx.background(asking);
      return serve('hit');
    }
    try {
      const binding =
        known === undefined && !fallback
          ? await this.#outages.askAnyway(connection, ask())
          : await this.#outages.ask(connection, ask);
      return { binding, origin: 'miss', ageMs: 0 };
    } catch (error) {
      // Who comes next asks anew, should this question never be answered.
      this.#asking.delete(bindingId(ref.modelId, ref.revision));
      if (known === undefined && !fallback) throw error;
      return serve(known !== undefined || isOutage(error) ? 'stale' : 'hit');
    }
  }

  /** One question at a time for each revision, however many ask. */
  #ask(ref: ModelRef, connection: Connection, known: Binding | undefined): Promise<Binding> {
    const id = bindingId(ref.modelId, ref.revision);
    const running = this.#asking.get(id);
    if (running !== undefined) return running;
    const asking = this.#describe(ref, connection, known).finally(() => {
      if (this.#asking.get(id) === asking) this.#asking.delete(id);
    });
    // A question that nobody waits for any more must not count as unhandled.
    asking.catch(() => {});
    this.#asking.set(id, asking);
    return asking;
  }

  async #describe(
    ref: ModelRef,
    connection: Connection,
    known: Binding | undefined,
  ): Promise<Binding> {
    const { source } = connection;
    const { modelId, revision } = ref;
    const etag = known?.connection === connection.name ? known.etag : undefined;
    const described: ModelDescription | 'unchanged' =
      source.describe === undefined
        ? { resolved: await source.resolve(modelId, revision), info: {} }
        : await source.describe(
            modelId,
            revision,
            // What is new here is listed next; what is known has mostly not changed.
            etag === undefined ? { withFiles: known === undefined } : { etag },
          );
    const askedAt = Date.now();
    const binding =
      described === 'unchanged' && known !== undefined
        ? { ...known, askedAt }
        : bindingOf(described as ModelDescription, revision, connection.name, askedAt);
    await this.#remember(bindingId(modelId, revision), binding);
    // By its commit it is known as well, and for ever.
    const { commit } = binding.resolved;
    if (described !== 'unchanged' && described.files !== undefined)
      await this.#listings.keep(modelId, commit, described.files);
    if (commit !== known?.resolved.commit)
      await this.#remember(bindingId(modelId, commit), binding);
    return binding;
  }

  async #remember(id: string, binding: Binding): Promise<void> {
    this.#known.set(id, binding);
    // While the store is away it is known here alone.
    if (this.#memory.isAway) return;
    await this.#ctx.metadata.putRecord(BINDINGS, id, toRecord(binding));
  }
}
