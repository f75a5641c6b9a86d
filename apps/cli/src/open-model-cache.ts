import { loadConfig, type ModelkeepConfig, openConfigured } from '@modelkeep/config';
import { createModelCache, type ModelCache, type User } from '@modelkeep/core';

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

/** The folder of the store that they describe. */
export async function homeFolder(
  options: Pick<OpenModelCacheOptions, 'config' | 'home'>,
): Promise<string> {
  return (await configOf(options)).home;
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
