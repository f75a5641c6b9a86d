export { describeMetadataStore } from './describe-metadata-store.ts';
export { describeStorage } from './describe-storage.ts';
export type { MetadataSubject, MetadataSuiteOptions } from './metadata/metadata-test.ts';
export type { StorageSubject, StorageSuiteOptions } from './storage/storage-test.ts';
