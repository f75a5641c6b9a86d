import type { CachedModel, ModelCache, ModelDetails, PullResult } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';

export const COMMIT = 'c9745ed1d9f207416be6d2e6f8de32d1f16199bf';

/** A cached model with plausible figures. */
export function cachedModel(name: string, changes: Partial<CachedModel> = {}): CachedModel {
  const [modelId = name, revision = 'main'] = name.split('@');
  return {
    key: `hf@${name}`,
    modelId,
    revision,
    commit: COMMIT,
    metadata: {
      modelDefinition: { key: `hf@${name}` },
      url: `https://huggingface.co/${encodeURIComponent(modelId)}/tree/${revision}`,
      version: 0,
    },
    downloadedBy: 'ada',
    downloadDate: 1_700_000_000_000,
    pinned: false,
    sizeInBytes: 1_234_567,
    fileCount: 2,
    complete: true,
    path: `/store/hub/models--${modelId.replace('/', '--')}/snapshots/${COMMIT}`,
    ...changes,
  };
}

export function pullResult(name: string, changes: Partial<PullResult> = {}): PullResult {
  return {
    ...cachedModel(name),
    fetchedBytes: 1_000_000,
    fetchedFiles: 1,
    stale: false,
    ...changes,
  };
}

export function modelDetails(name: string, changes: Partial<ModelDetails> = {}): ModelDetails {
  return {
    ...cachedModel(name),
    files: [
      { path: 'config.json', size: 7, digest: 'a'.repeat(64), lfs: false },
      { path: 'model.safetensors', size: 1_234_560, digest: 'b'.repeat(64), lfs: true },
    ],
    omitted: [],
    derived: false,
    exclusiveBytes: 1_000_000,
    commits: [{ commit: COMMIT, createdAt: 1_700_000_000_000, keys: [`hf@${name}`] }],
    ...changes,
  };
}

export function notCached(name: string): ModelkeepError {
  return new ModelkeepError(
    'model-not-cached',
    `${name} is not in the cache; run: modelkeep pull ${name}`,
  );
}

/** A cache in which only the given operations can be called. */
export function fakeCache(operations: Partial<ModelCache>): ModelCache {
  const known: Partial<ModelCache> = { close: () => Promise.resolve(), ...operations };
  return new Proxy(known as ModelCache, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      // A promise resolves with the cache, and so asks it for `then`.
      if (value === undefined && name !== 'then') throw new Error(`unexpected ${String(name)}`);
      return value;
    },
  });
}
