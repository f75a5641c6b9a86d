import type { MetadataStore, ModelSource, Storage } from '@modelkeep/core/spi';
import type { Shape } from './load-package.ts';

export const STORAGE: Shape = {
  contract: 'storage',
  builtIn: 'local, s3',
  factory: 'createStorage',
  methods: methodsOf<Storage>({
    open: true,
    stat: true,
    read: true,
    write: true,
    delete: true,
    list: true,
    close: true,
  }),
};

export const METADATA_STORE: Shape = {
  contract: 'metadata store',
  builtIn: 'sqlite, postgres',
  factory: 'createMetadataStore',
  methods: methodsOf<MetadataStore>({
    open: true,
    close: true,
    now: true,
    getEntry: true,
    listEntries: true,
    getSnapshot: true,
    listSnapshots: true,
    findModelIds: true,
    commit: true,
    removeEntry: true,
    removeSnapshot: true,
    setPinned: true,
    touchEntry: true,
    getBlobs: true,
    findBlobs: true,
    putBlobs: true,
    listBlobs: true,
    blobTotals: true,
    sharedBlobs: true,
    blobUsers: true,
    storedBytes: true,
    exclusiveBytes: true,
    markDeleting: true,
    forgetBlobs: true,
    acquireLeases: true,
    renewLeases: true,
    releaseLeases: true,
    expireLease: true,
    listLeases: true,
    leasedBytes: true,
    listReservations: true,
    getRecord: true,
    putRecord: true,
    removeRecord: true,
    listRecords: true,
  }),
};

export const MODEL_SOURCE: Shape = {
  contract: 'model source',
  builtIn: 'hub',
  factory: 'createModelSource',
  methods: methodsOf<ModelSource>({ resolve: true, listFiles: true, open: true, close: true }),
};

type RequiredMethod<T> = {
  [K in keyof T]: undefined extends T[K]
    ? never
    : T[K] extends (...args: never) => unknown
      ? K
      : never;
}[keyof T];

/** Does not compile if a required method of the contract is left out. */
function methodsOf<T>(methods: Readonly<Record<RequiredMethod<T>, true>>): readonly string[] {
  return Object.keys(methods);
}
