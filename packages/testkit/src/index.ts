export { describeStorage } from './describe-storage.ts';
export type { StorageSubject, StorageSuiteOptions } from './storage/storage-test.ts';
