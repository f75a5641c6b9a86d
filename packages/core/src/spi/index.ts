export { abortable } from './abortable.ts';
export { type ArchiveProblem, archiveInvalid, quoteName } from './archive-error.ts';
export type * from './archive-format.ts';
export {
  type ErrorCode,
  isModelkeepError,
  ModelkeepError,
  type ModelkeepErrorOptions,
} from './errors.ts';
export { freeChunk } from './free-chunk.ts';
export { lfsRules } from './git-attributes.ts';
export { type LfsPointer, MAX_POINTER_BYTES, parseLfsPointer } from './lfs-pointer.ts';
export type * from './metadata-store.ts';
export type * from './model.ts';
export { type ModelCard, readModelCard } from './model-card.ts';
export type * from './model-source.ts';
export type * from './storage.ts';
export {
  checkStorageKey,
  isStorageKey,
  isStoragePrefix,
  isStorageSegment,
} from './storage-key.ts';
export { WriteBack } from './write-back.ts';
