export type * from './api/events.ts';
export type * from './api/hub-view.ts';
export type * from './api/inspection.ts';
export type * from './api/model-cache.ts';
export type * from './api/options.ts';
export type * from './api/results.ts';
export { createModelCache } from './create-model-cache.ts';
export { packFolder } from './pack-folder.ts';
export { StoreMemory, type StoreMemoryOptions } from './serving/store-memory.ts';
