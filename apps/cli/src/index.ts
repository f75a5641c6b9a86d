export type { ModelCache } from '@modelkeep/core';
export { type OpenModelCacheOptions, openModelCache } from './open-model-cache.ts';
