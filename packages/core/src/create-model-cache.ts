import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { HubView } from './api/hub-view.ts';
import type { ModelCache } from './api/model-cache.ts';
import type { Connection, ModelCacheOptions, User } from './api/options.ts';
import { createBlobStore } from './blobs/blob-store.ts';
import type { CoreContext } from './context.ts';
import {
  createBlobFetcher,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_RETRY_DELAY_MS,
} from './fetch/blob-fetcher.ts';
import { createHashPool } from './hashing/hash-pool.ts';
import { Holds } from './leases/holds.ts';
import { newOwner } from './leases/owner.ts';
import { openBackends } from './open-backends.ts';
import { createEvictionLog } from './operations/evict/eviction-log.ts';
import { findModel } from './operations/find-model.ts';
import { createInspection } from './operations/inspect/create-inspection.ts';
import { listModels } from './operations/list-models.ts';
import { downloadModel, pullModel } from './operations/pull/pull-model.ts';
import { rebuildIndex } from './operations/rebuild-index.ts';
import { touch } from './operations/touch.ts';
import { createHubView, DEFAULT_FRESH_MS } from './serving/create-hub-view.ts';
import { ModelkeepError } from './spi/errors.ts';
import type { ModelSource } from './spi/model-source.ts';
import { withWorkspaceErrors } from './util/fs-errors.ts';
import { createListeners } from './util/listeners.ts';
import { LruMap } from './util/lru-map.ts';

const DEFAULT_LEASE_TTL_MS = 15_000;
const USES_REMEMBERED = 1000;

function operatingSystemUser(): User {
  try {
    return { name: userInfo().username, role: 'admin' };
  } catch {
    // A container may run under a uid that has no name.
    return { name: `uid-${process.getuid?.() ?? 'unknown'}`, role: 'admin' };
  }
}

function asConnection(given: ModelSource | Connection): Connection {
  return 'source' in given ? given : { name: given.name, source: given };
}

function checkConnections(connections: readonly Connection[]): void {
  const names = new Set<string>();
  for (const { name } of connections) {
    if (names.has(name))
      throw new ModelkeepError(
        'config-invalid',
        `two connections are named ${JSON.stringify(name)}`,
      );
    names.add(name);
  }
}

async function openContext(options: ModelCacheOptions): Promise<CoreContext> {
  const { storage, metadata } = options;
  const workspace =
    options.workspace === undefined ? storage.workspace : resolve(options.workspace);
  if (workspace === undefined) {
    throw new ModelkeepError(
      'config-invalid',
      `${storage.name} keeps nothing on this machine: name a local folder as workspace`,
    );
  }
  const connections = (options.sources ?? []).map(asConnection);
  checkConnections(connections);
  await openBackends(storage, metadata);
  const hashing = createHashPool();
  let named: string | undefined;
  const identity = {
    /** Made when it is first asked for: readers hold no leases, and node:crypto takes long to load. */
    get owner(): string {
      named ??= newOwner();
      return named;
    },
  };
  const leaseTtlMs = options.fetch?.leaseTtlMs ?? DEFAULT_LEASE_TTL_MS;
  const blobs = createBlobStore(storage, {
    metadata,
    leaseTtlMs,
    get owner() {
      return identity.owner;
    },
    get tier() {
      return ctx.tier;
    },
  });
  const work = new Set<Promise<unknown>>();
  let keepQuotas: Promise<() => void> | undefined;
  const ctx: CoreContext = {
    storage,
    metadata,
    connections,
    archives: options.archives ?? [],
    workspace,
    user: options.user ?? operatingSystemUser(),
    offline: options.offline ?? false,
    quotaBytes: options.quotaBytes,
    evict: options.evict ?? false,
    holds: new Holds(metadata, identity, leaseTtlMs),
    evictions: createEvictionLog(),
    unkept: createListeners(),
    uses: new LruMap(USES_REMEMBERED),
    makeRoom: async (request) =>
      (await import('./operations/evict/make-room.ts')).makeRoom(ctx, request),
    stored() {
      if (!ctx.evict) return;
      keepQuotas ??= import('./operations/evict/keep-quotas.ts').then(({ createQuotaKeeper }) =>
        createQuotaKeeper(ctx),
      );
      ctx.background(keepQuotas.then((check) => check()));
    },
    hashing,
    blobs,
    fetcher: createBlobFetcher({
      metadata,
      blobs,
      hashing,
      workspace,
      identity,
      leaseTtlMs,
      tuning: options.fetch ?? {},
      peers: options.peers,
    }),
    get owner() {
      return identity.owner;
    },
    leaseTtlMs,
    retries: {
      attempts: options.fetch?.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      retryDelayMs: options.fetch?.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
    },
    background(promise) {
      const settled = promise
        .then(
          () => {},
          () => {},
        )
        .finally(() => work.delete(settled));
      work.add(settled);
    },
    settleBackground: async () => {
      await Promise.all(work);
    },
    tier: undefined,
  };
  const maxBytes = options.localTier?.maxBytes;
  if (maxBytes === undefined || storage.localPath !== undefined) return ctx;
  const { openTier } = await import('./local-tier/open-tier.ts');
  return Object.assign(ctx, { tier: openTier(ctx, maxBytes) });
}

/** Every handle is freed, whatever the others do. */
async function closeAll(ctx: CoreContext): Promise<void> {
  await ctx.fetcher.close();
  await ctx.settleBackground();
  await ctx.holds.close();
  const results = await Promise.allSettled([
    ctx.hashing.close(),
    ...ctx.connections.map(({ source }) => source.close()),
    ctx.metadata.close(),
    ctx.storage.close(),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Opens a cache on the given backends. A backend that cannot start fails this call. */
export async function createModelCache(options: ModelCacheOptions): Promise<ModelCache> {
  const ctx = await openContext(options);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= closeAll(ctx);
    return closed;
  };
  let hub: HubView | undefined;
  return {
    get hub() {
      if (hub === undefined) {
        hub = createHubView(ctx, options.freshMs ?? DEFAULT_FRESH_MS);
        // A server begins: the quotas may be others than when it ended.
        ctx.stored();
      }
      return hub;
    },
    inspection: createInspection(ctx),
    flights: ctx.fetcher.flights,
    async getModelFromCache(name, callOptions = {}) {
      const model = await withWorkspaceErrors(`could not open ${name}`, () =>
        findModel(ctx, name, callOptions.user),
      );
      touch(ctx, model, callOptions.user ?? ctx.user);
      return model.path;
    },
    async downloadModelToCache(name, downloadOptions = {}) {
      const model = await withWorkspaceErrors(`could not store ${name}`, () =>
        downloadModel(ctx, name, downloadOptions),
      );
      touch(ctx, model, downloadOptions.user ?? ctx.user);
      return model.path;
    },
    pullModel: (name, downloadOptions) =>
      withWorkspaceErrors(`could not store ${name}`, () => pullModel(ctx, name, downloadOptions)),
    findModel: (name, callOptions) =>
      withWorkspaceErrors(`could not open ${name}`, () => findModel(ctx, name, callOptions?.user)),
    openModel: async (name, callOptions) => {
      const { openModel } = await import('./operations/open-model.ts');
      return withWorkspaceErrors(`could not open ${name}`, () => openModel(ctx, name, callOptions));
    },
    listModels: (callOptions) => listModels(ctx, callOptions?.user),
    showModel: async (name, callOptions) => {
      const { showModel } = await import('./operations/show-model.ts');
      return withWorkspaceErrors(`could not show ${name}`, () =>
        showModel(ctx, name, callOptions?.user),
      );
    },
    usage: async (callOptions) => {
      const { usage } = await import('./operations/usage.ts');
      return withWorkspaceErrors('could not measure the store', () =>
        usage(ctx, callOptions?.user),
      );
    },
    setPinned: async (name, pinned) => {
      const { setPinned } = await import('./operations/set-pinned.ts');
      return setPinned(ctx, name, pinned);
    },
    removeModel: async (name) => {
      const { removeModel } = await import('./operations/remove-model.ts');
      return withWorkspaceErrors(`could not remove all of ${name}`, () => removeModel(ctx, name));
    },
    collectGarbage: async (gcOptions) => {
      const [{ collectGarbage }, { withRoomToRemove }] = await Promise.all([
        import('./operations/collect-garbage.ts'),
        import('./operations/room-to-remove.ts'),
      ]);
      return withRoomToRemove(ctx, () =>
        withWorkspaceErrors('could not collect all garbage', () => collectGarbage(ctx, gcOptions)),
      );
    },
    evictModels: async (evictOptions) => {
      const { evictModels } = await import('./operations/evict/evict-models.ts');
      return withWorkspaceErrors('could not evict all', () => evictModels(ctx, evictOptions));
    },
    exportModel: async (name, exportOptions) =>
      (await import('./operations/export/export-model.ts')).exportModel(ctx, name, exportOptions),
    importModel: async (input, importOptions) => {
      const { importModel } = await import('./operations/import/import-model.ts');
      return withWorkspaceErrors('could not import the model', () =>
        importModel(ctx, input, importOptions),
      );
    },
    adoptFolder: async (folder, longOptions) => {
      const { adoptFolder } = await import('./operations/adopt/adopt-folder.ts');
      return withWorkspaceErrors(`could not adopt ${folder}`, () =>
        adoptFolder(ctx, folder, longOptions),
      );
    },
    verifyModels: async (verifyOptions) => {
      const { verifyModels } = await import('./operations/verify/verify-models.ts');
      return withWorkspaceErrors('could not verify', () => verifyModels(ctx, verifyOptions));
    },
    copyStore: async (from, copyOptions) => {
      const { copyStore } = await import('./operations/copy/copy-store.ts');
      return withWorkspaceErrors('could not copy the store', () =>
        copyStore(ctx, from, copyOptions),
      );
    },
    rebuildIndex: (longOptions) =>
      withWorkspaceErrors('could not rebuild the index', () =>
        rebuildIndex(ctx, longOptions?.signal),
      ),
    close,
    [Symbol.asyncDispose]: close,
  };
}
