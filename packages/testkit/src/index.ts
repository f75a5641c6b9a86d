export type { ArchiveSuiteOptions } from './archive/archive-test.ts';
export { describeArchiveFormat } from './describe-archive-format.ts';
export { describeMetadataStore } from './describe-metadata-store.ts';
export { describeModelSource } from './describe-model-source.ts';
export { describeStorage } from './describe-storage.ts';
export type { MetadataSubject, MetadataSuiteOptions } from './metadata/metadata-test.ts';
export { type KnownFile, knownFiles } from './source/fixtures.ts';
export type { SourceFaults, SourceSubject, SourceSuiteOptions } from './source/source-test.ts';
export type { StorageSubject, StorageSuiteOptions } from './storage/storage-test.ts';
