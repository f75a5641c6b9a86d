import { loadConfig, type ModelkeepConfig, openConfigured, workspaceOf } from '@modelkeep/config';
import { createModelCache, type ModelCache, type User } from '@modelkeep/core';
import type { Workspace } from './host.ts';

export interface OpenModelCacheOptions {
  /** Config file that must exist. Default: `MODELKEEP_CONFIG`, else `config.yaml` in the home folder if it is there. */
  readonly config?: string;
  /** The store's folder. Default: `MODELKEEP_HOME`, else `home` of the config file, else the platform's data folder. */
  readonly home?: string;
  /** On whose behalf calls are made. Default: the operating system's user, as admin. */
  readonly user?: User;
  /** Whether archives will be read or written; without it their code is not loaded. Default: true. */
  readonly archives?: boolean;
}

/**
 * Opens the cache that the config file and the environment describe, as the command line does.
 * Fails with `config-invalid`, naming file, line and field, or with the error of the backend that cannot start.
 */
export async function openModelCache(options: OpenModelCacheOptions = {}): Promise<ModelCache> {
  const config = await configOf(options);
  const configured = await openConfigured(config, { archives: options.archives ?? true });
  return createModelCache({
    ...configured,
    ...(options.user === undefined ? {} : { user: options.user }),
  });
}

/** Where the models of the cache that they describe are laid out. */
export async function findWorkspace(
  options: Pick<OpenModelCacheOptions, 'config' | 'home'>,
): Promise<Workspace> {
  const config = await configOf(options);
  return { folder: await workspaceOf(config), isStore: config.storage.backend === 'local' };
}

function configOf({
  config,
  home,
}: Pick<OpenModelCacheOptions, 'config' | 'home'>): Promise<ModelkeepConfig> {
  return loadConfig({
    ...(config === undefined ? {} : { file: config }),
    ...(home === undefined ? {} : { home }),
  });
}
