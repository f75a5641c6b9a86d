import type {
  EvictionReport,
  GarbageReport,
  ModelCache,
  PullResult,
  RemovedModel,
  Usage,
  VerifyReport,
} from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { exportRemote } from './export-remote.ts';
import {
  modelPath,
  type RemoteDetails,
  type RemoteModel,
  toCachedModel,
  toDetails,
} from './models.ts';
import { runJob } from './run-job.ts';
import { createTransport, type RemoteServer } from './transport.ts';

const PAGE = 1000;

/** The cache of a server, as far as its API goes: what commands do with a cache of this machine, they do with it. */
export function createRemoteCache(server: RemoteServer): ModelCache {
  const transport = createTransport(server);
  const close = (): Promise<void> => transport.close();
  return {
    get hub(): never {
      throw onlyHere('the Hub endpoint');
    },
    get inspection(): never {
      throw onlyHere('what the admin page shows');
    },
    get flights(): never {
      throw onlyHere('what is being fetched');
    },
    getModelFromCache: () => Promise.reject(onlyHere("a model's folder")),
    downloadModelToCache: () => Promise.reject(onlyHere("a model's folder")),
    openModel: () => Promise.reject(onlyHere("a model's content")),
    adoptFolder: () => Promise.reject(onlyHere('adopting a folder')),
    copyStore: () => Promise.reject(onlyHere('copying a store')),
    rebuildIndex: () => Promise.reject(onlyHere('rebuilding the index')),
    pullModel(name, { connection, include, exclude, signal, onEvent } = {}) {
      const body = { model: name, connection, include, exclude };
      return runJob<PullResult>(transport, '/pulls', body, { signal, onEvent });
    },
    async findModel(name, { signal } = {}) {
      return toCachedModel(await transport.json<RemoteDetails>(modelPath(name), { signal }));
    },
    async *listModels({ signal } = {}) {
      for (let offset = 0; ; offset += PAGE) {
        const page = await transport.json<{ models: RemoteModel[] }>(
          `/models?limit=${PAGE}&offset=${offset}`,
          { signal },
        );
        yield* page.models.map(toCachedModel);
        if (page.models.length < PAGE) return;
      }
    },
    async showModel(name, { signal } = {}) {
      return toDetails(await transport.json<RemoteDetails>(modelPath(name), { signal }));
    },
    usage: ({ signal } = {}) => transport.json<Usage>('/usage', { signal }),
    async setPinned(name, pinned, { signal } = {}) {
      await transport.json(modelPath(name), { method: 'PATCH', body: { pinned }, signal });
    },
    removeModel: (name, { signal } = {}) =>
      transport.json<RemovedModel>(modelPath(name), { method: 'DELETE', signal }),
    collectGarbage: ({ dryRun, signal, onEvent } = {}) =>
      runJob<GarbageReport>(transport, '/gc', { dryRun }, { signal, onEvent }),
    evictModels: ({ dryRun, toBytes, connection, unusedForMs, imported, signal, onEvent } = {}) => {
      const body = { dryRun, toBytes, connection, unusedForMs, imported };
      return runJob<EvictionReport>(transport, '/evict', body, { signal, onEvent });
    },
    verifyModels: ({ models, quick, repair, signal, onEvent } = {}) =>
      runJob<VerifyReport>(transport, '/verify', { models, quick, repair }, { signal, onEvent }),
    exportModel: (name, options = {}) => exportRemote(transport, name, options),
    importModel: async (input, options = {}) =>
      (await import('./import-remote.ts')).importRemote(transport, input, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function onlyHere(what: string): ModelkeepError {
  return new ModelkeepError(
    'unsupported',
    `${what} is had on the server's own machine only: leave out --server and MODELKEEP_SERVER`,
  );
}
