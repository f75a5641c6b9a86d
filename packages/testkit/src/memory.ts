export { memoryArchive, memoryArchiveBytes } from './memory/memory-archive.ts';
export type { OpenFault } from './memory/memory-body.ts';
export {
  type MemoryMetadata,
  type MemoryMetadataOptions,
  memoryMetadata,
} from './memory/memory-metadata.ts';
export {
  type MemoryFile,
  type MemoryModel,
  type MemoryModelOptions,
  memoryModel,
  withCommit,
} from './memory/memory-model.ts';
export {
  type MemoryFaults,
  type MemorySource,
  type MemorySourceOptions,
  memorySource,
  type OpenCall,
} from './memory/memory-source.ts';
export {
  type MemoryObject,
  type MemoryStorage,
  type MemoryStorageOptions,
  memoryStorage,
} from './memory/memory-storage.ts';
export type { MemoryMetadataData } from './memory/metadata-data.ts';
export { bodyOf, collectBytes, gitOidOf, sha256Of } from './tools/bytes.ts';
export { faultyStorage, type StorageCall, type StorageFault } from './tools/faulty-storage.ts';
export { keepModel, modelIds } from './tools/keep-model.ts';
export { seededBytes, seededRandom, seededStream, shuffled } from './tools/seeded.ts';
export { type TempFolder, tempFolder } from './tools/temp-folder.ts';
export { type StorageFeature, withoutFeature } from './tools/without-feature.ts';
