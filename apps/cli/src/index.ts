export type { CachedModel, CacheEvent, ModelCache, PullResult, User } from '@modelkeep/core';
export { type ErrorCode, isModelkeepError, type ModelkeepError } from '@modelkeep/core/spi';
export { type OpenModelCacheOptions, openModelCache } from './open-model-cache.ts';
