export type { ArchiveSuiteOptions } from './archive/archive-test.ts';
export { describeArchiveFormat } from './describe-archive-format.ts';
export { describeMetadataStore } from './describe-metadata-store.ts';
export { describeStorage } from './describe-storage.ts';
export type { MetadataSubject, MetadataSuiteOptions } from './metadata/metadata-test.ts';
export type { StorageSubject, StorageSuiteOptions } from './storage/storage-test.ts';
