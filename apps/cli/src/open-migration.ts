import { loadConfig, type ModelkeepConfig, openConfigured } from '@modelkeep/config';
import { createModelCache, type ModelCacheOptions, type StoreBackends } from '@modelkeep/core';
import { CARRIED_RECORDS } from '@modelkeep/server';
import type { OpenedMigration, OpenMigrationOptions } from './host.ts';

const CONFIG_FILE = /\.(?:ya?ml|json)$/i;

/** The store that the config file and the environment describe, and the one that `to` names. */
export async function openMigration(options: OpenMigrationOptions): Promise<OpenedMigration> {
  const { to, config, home } = options;
  const source = await loadConfig({
    ...(config === undefined ? {} : { file: config }),
    ...(home === undefined ? {} : { home }),
  });
  // What the environment says of the store is said of the one that is copied from.
  const env = { ...process.env, MODELKEEP_HOME: undefined, MODELKEEP_CONFIG: undefined };
  const target = await loadConfig({ ...(CONFIG_FILE.test(to) ? { file: to } : { home: to }), env });
  const from = await openBackends(source);
  const cache = await createModelCache(await openBackends(target));
  return {
    target: to,
    copy: (copying) => cache.copyStore(from, { ...copying, records: CARRIED_RECORDS }),
    close: () => cache.close(),
  };
}

/** Without what is not needed for a copy. */
async function openBackends(
  config: ModelkeepConfig,
): Promise<StoreBackends & Pick<ModelCacheOptions, 'workspace' | 'fetch'>> {
  const { storage, metadata, workspace, fetch } = await openConfigured(config, { archives: false });
  return {
    storage,
    metadata,
    ...(workspace === undefined ? {} : { workspace }),
    ...(fetch === undefined ? {} : { fetch }),
  };
}
