import { readFile } from 'node:fs/promises';
import type { Connection, ModelCacheOptions } from '@modelkeep/core';
import {
  isModelkeepError,
  type MetadataStore,
  type ModelSource,
  type Storage,
} from '@modelkeep/core/spi';
import { configInvalid } from '../config-error.ts';
import type { ConnectionConfig, ModelkeepConfig } from '../types.ts';
import { lazySource } from './lazy-source.ts';
import { loadPackage } from './load-package.ts';
import { METADATA_STORE, MODEL_SOURCE, STORAGE } from './shapes.ts';

export interface OpenConfiguredOptions {
  /** Whether archives will be read or written; without it their code is not loaded. Default: true. */
  readonly archives?: boolean;
}

/** What `createModelCache` needs, as the configuration says. A backend that cannot be loaded fails with `config-invalid`. */
export async function openConfigured(
  config: ModelkeepConfig,
  options: OpenConfiguredOptions = {},
): Promise<ModelCacheOptions> {
  const [storage, metadata, sources, archives] = await Promise.all([
    openStorage(config),
    openMetadata(config),
    Promise.all(config.connections.map((_, index) => openConnection(config, index))),
    options.archives === false ? [] : openArchives(),
  ]);
  const { freshSeconds } = config.server;
  const { localTier } = config.storage;
  return {
    storage,
    metadata,
    sources,
    archives,
    offline: config.offline,
    ...(config.quotaBytes === undefined ? {} : { quotaBytes: config.quotaBytes }),
    evict: config.evict,
    fetch: config.fetch,
    ...(freshSeconds === undefined ? {} : { freshMs: freshSeconds * 1000 }),
    ...(storage.workspace === undefined ? { workspace: remoteWorkspaceOf(config) } : {}),
    ...(localTier === undefined ? {} : { localTier: { maxBytes: localTier.maxBytes } }),
  };
}

/** The folder on this machine that models are laid out in, beside or instead of the store; absolute. */
export async function workspaceOf(config: ModelkeepConfig): Promise<string> {
  const { workspace } = await openStorage(config);
  return workspace ?? remoteWorkspaceOf(config);
}

function remoteWorkspaceOf({ home, storage }: ModelkeepConfig): string {
  return storage.localTier?.folder ?? home;
}

async function openStorage(config: ModelkeepConfig): Promise<Storage> {
  const { backend, directory, options } = config.storage;
  if (backend === 'local') {
    const { localStorage } = await import('@modelkeep/storage-local');
    return localStorage({ directory });
  }
  if (backend === 's3') return await openS3(config);
  const context = { home: config.home };
  const path = ['storage', 'backend'];
  return (await loadPackage(backend, STORAGE, options, context, config, path)) as Storage;
}

async function openS3({ storage, where }: ModelkeepConfig): Promise<Storage> {
  const { caFile, credentials, ...settings } = storage.s3 ?? { bucket: '' };
  const { s3Storage } = await import('@modelkeep/storage-s3');
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  return checked(where(['storage']), () =>
    s3Storage({
      ...settings,
      ...(ca === undefined ? {} : { ca }),
      ...(credentials === undefined ? {} : { credentials: credentials() }),
    }),
  );
}

/** What `make` gives; an option that it refuses is a mistake in the config file. */
function checked<T>(at: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isModelkeepError(error, 'invalid-argument')) throw error;
    throw configInvalid([`${at}: ${error.message}`], error);
  }
}

async function openMetadata(config: ModelkeepConfig): Promise<MetadataStore> {
  const { backend, file, options } = config.metadata;
  if (backend === 'sqlite') {
    const { sqliteMetadata } = await import('@modelkeep/metadata-sqlite');
    return sqliteMetadata({ file });
  }
  if (backend === 'postgres') {
    const { url, maxConnections } = config.metadata;
    const { postgresMetadata } = await import('@modelkeep/metadata-postgres');
    return checked(config.where(['metadata']), () =>
      postgresMetadata({
        url: url?.() ?? '',
        ...(maxConnections === undefined ? {} : { maxConnections }),
      }),
    );
  }
  const context = { home: config.home };
  const path = ['metadata', 'backend'];
  return (await loadPackage(
    backend,
    METADATA_STORE,
    options,
    context,
    config,
    path,
  )) as MetadataStore;
}

/** The archive formats that come with Modelkeep. Their code is loaded now. */
export async function openArchives(): Promise<ModelCacheOptions['archives'] & object> {
  const [{ tarArchives }, { zipArchives }] = await Promise.all([
    import('@modelkeep/archive-tar'),
    import('@modelkeep/archive-zip'),
  ]);
  return [tarArchives(), zipArchives()];
}

async function openConnection(config: ModelkeepConfig, index: number): Promise<Connection> {
  const connection = config.connections[index] as ConnectionConfig;
  return {
    name: connection.name,
    source: await openSource(config, connection, index),
    models: connection.models,
    populateOnUse: connection.populateOnUse,
    ...(connection.redirects === undefined ? {} : { redirects: connection.redirects }),
    ...(connection.quotaBytes === undefined ? {} : { quotaBytes: connection.quotaBytes }),
  };
}

async function openSource(
  config: ModelkeepConfig,
  connection: ConnectionConfig,
  index: number,
): Promise<ModelSource> {
  const { name, type, endpoint, token, options } = connection;
  const accessToken = token?.() ?? (connection.fromEnvironment ? undefined : '');
  const proxy = connection.proxy ? connection.proxy() : connection.proxy;
  const settings = {
    name,
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(connection.caFile === undefined ? {} : { caFile: connection.caFile }),
    ...(connection.allowedRedirectHosts === undefined
      ? {}
      : { allowedRedirectHosts: connection.allowedRedirectHosts }),
  };
  if (type === 'hub' && endpoint !== undefined) {
    return lazySource({ name, endpoint }, async () => {
      const { hubSource } = await import('@modelkeep/source-hub');
      return hubSource({ ...settings, endpoint });
    });
  }
  if (type === 'git' && endpoint !== undefined) {
    return lazySource({ name, endpoint: withoutUser(endpoint) }, async () => {
      const { gitSource } = await import('@modelkeep/source-git-lfs');
      return gitSource({ ...settings, endpoint });
    });
  }
  const context = { ...settings, home: config.home, endpoint };
  const path = ['connections', index, 'type'];
  return (await loadPackage(type, MODEL_SOURCE, options, context, config, path)) as ModelSource;
}

/** `ssh://git@host/models` names a user, whom messages need not. */
function withoutUser(endpoint: string): string {
  return endpoint.replace(/^(ssh:\/\/)[^@/]*@/, '$1');
}
