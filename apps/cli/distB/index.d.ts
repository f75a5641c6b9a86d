import { User, ModelCache } from '@modelkeep/core';
export { CacheEvent, CachedModel, ModelCache, PullResult, User } from '@modelkeep/core';
export { ErrorCode, ModelkeepError, isModelkeepError } from '@modelkeep/core/spi';

interface OpenModelCacheOptions {
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
declare function openModelCache(options?: OpenModelCacheOptions): Promise<ModelCache>;

export { openModelCache };
export type { OpenModelCacheOptions };
