import type { HubView, ServedRevision } from '../api/hub-view.ts';
import type { CallOptions, User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import { type ModelRef, modelRef } from '../names/model-name.ts';
import { chooseConnection, requireConnection } from '../operations/choose-connection.ts';
import { findEntry } from '../operations/find-model.ts';
import { touch } from '../operations/touch.ts';
import { keepCommitObject, keptCommitObject } from '../snapshots/commit-objects.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { EntrySummary } from '../spi/model.ts';
import type { Binding } from './binding.ts';
import { Bindings, type BoundRevision } from './bindings.ts';
import { checkMayRead, checkMayReadEntry } from './check-may-read.ts';
import { createGitHistory } from './create-git-history.ts';
import { infoFromEntry } from './described.ts';
import { Filler, type FillTarget } from './filler.ts';
import { keptRevisions } from './kept-revisions.ts';
import { KnownRefs } from './known-refs.ts';
import { Listings } from './listings.ts';
import { Outages } from './outages.ts';
import { serveFile } from './serve-file.ts';
import { StoreMemory } from './store-memory.ts';

export const DEFAULT_FRESH_MS: number = 60_000;

/** What was found of a revision, and how to fetch the rest of it. */
interface Found {
  readonly served: ServedRevision;
  readonly fill: FillTarget | undefined;
  readonly entry: EntrySummary | undefined;
}

/** The cache as an endpoint needs it. `freshMs`: how long what a source said of a branch counts as fresh. */
export function createHubView(ctx: CoreContext, freshMs: number): HubView {
  const outages = new Outages();
  const memory = new StoreMemory();
  const listings = new Listings(ctx);
  const bindings = new Bindings(ctx, { outages, listings, memory, ttlMs: freshMs });
  const filler = new Filler(ctx);
  const refs = new KnownRefs(ctx, outages, freshMs);

  async function fromBinding(
    ref: ModelRef,
    bound: BoundRevision,
    binding: Binding,
    user: User,
  ): Promise<Omit<Found, 'entry'>> {
    checkMayRead(ctx, binding.resolved, user);
    const { commit, modelId, gated, private: hidden } = binding.resolved;
    const listing = await listings.get(ref.modelId, commit, binding);
    const served: ServedRevision = {
      modelId,
      revision: ref.revision,
      commit,
      info: binding.info,
      files: listing.files,
      gated,
      private: hidden,
      connection: binding.connection,
      origin: bound.origin,
      ageMs: bound.ageMs,
      ...(ctx.offline ? { offline: true } : {}),
    };
    return { served, fill: { modelId: ref.modelId, binding, listing } };
  }

  async function fromEntry(
    ref: ModelRef,
    bound: BoundRevision,
    entry: EntrySummary,
    user: User,
  ): Promise<Found> {
    await checkMayReadEntry(ctx, entry, user, memory);
    const listing = await listings.get(entry.modelId, entry.commit, undefined);
    const served: ServedRevision = {
      modelId: entry.modelId,
      revision: ref.revision,
      commit: entry.commit,
      info: infoFromEntry(entry),
      files: listing.files,
      gated: false,
      private: false,
      ...(listing.derived ? { derived: true } : {}),
      ...(entry.connection === undefined ? {} : { connection: entry.connection }),
      origin: bound.origin,
      ageMs: Math.max(0, Date.now() - entry.downloadDate),
      ...(ctx.offline ? { offline: true } : {}),
    };
    return { served, fill: undefined, entry };
  }

  async function find(modelId: string, revision: string, options: CallOptions): Promise<Found> {
    const user = options.user ?? ctx.user;
    const ref = modelRef(modelId, revision === 'HEAD' ? undefined : revision);
    const entry = await memory.ask(`entry ${ref.key}`, () => findEntry(ctx, ref));
    const bound = await bindings.bind(ref, user, entry !== undefined);
    // Nobody can fetch the rest of the newer commit now: the one whose files are here goes on whole.
    const isCutOff = bound.origin === 'stale' || ctx.offline;
    if (isCutOff && entry !== undefined && bound.binding?.resolved.commit !== entry.commit)
      return fromEntry(ref, bound, entry, user);
    if (bound.binding !== undefined) {
      try {
        return { ...(await fromBinding(ref, bound, bound.binding, user)), entry };
      } catch (error) {
        // The new commit's files could not be listed now: the one that is here goes on.
        if (entry === undefined || !isModelkeepError(error) || !error.retryable) throw error;
        return fromEntry(ref, { ...bound, origin: 'stale' }, entry, user);
      }
    }
    if (entry === undefined)
      throw new ModelkeepError('model-not-found', `${modelId} is not in this cache`, {
        details: { modelId },
      });
    return fromEntry(ref, bound, entry, user);
  }

  return {
    revision: async (modelId, revision, options = {}) =>
      (await find(modelId, revision, options)).served,
    async file(modelId, revision, path, options = {}) {
      const { served, fill, entry } = await find(modelId, revision, options);
      const file = served.files.find((listed) => listed.path === path);
      if (file === undefined) {
        throw new ModelkeepError('file-not-found', 'Entry not found', {
          details: { commit: served.commit, file: path },
        });
      }
      if (entry !== undefined && !memory.isAway) touch(ctx, entry, options.user ?? ctx.user);
      return serveFile({ ctx, filler, memory, served, fill, signal: options.signal }, file);
    },
    async refs(modelId, options = {}) {
      const { served } = await find(modelId, 'main', options);
      const { connection, commit } = served;
      return refs.get(served.modelId, connection, {
        branches: [{ name: 'main', commit }],
        tags: [],
      });
    },
    kept: (modelId) => keptRevisions(ctx, modelId),
    gitHistory: createGitHistory(ctx),
    async commitObject(modelId, commit, { signal } = {}) {
      const kept = await keptCommitObject(ctx, commit);
      const binding = await bindings.known(modelRef(modelId, commit));
      if (kept !== undefined || ctx.offline || binding === undefined) return kept;
      const { source } = requireConnection(ctx, binding.connection);
      return keepCommitObject(
        ctx,
        source,
        binding.resolved.modelId,
        commit,
        signal === undefined ? {} : { signal },
      );
    },
    async forward(request, modelId, options = {}) {
      if (ctx.offline)
        throw new ModelkeepError(
          'offline',
          'this cache is offline and keeps no answer to this request',
        );
      const user = options.user ?? ctx.user;
      const connection =
        modelId === undefined
          ? ctx.connections[0]
          : chooseConnection(ctx, modelId, undefined, user);
      const forward = connection?.source.forward;
      if (connection === undefined || forward === undefined) {
        throw new ModelkeepError('offline', 'no connection of this cache can answer this request');
      }
      const { source } = connection;
      if (options.hasOther) return outages.ask(connection, () => forward.call(source, request));
      const { signal } = options;
      return forward.call(source, request, signal === undefined ? {} : { signal });
    },
  };
}
