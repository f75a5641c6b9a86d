import type { MetadataStore } from '@modelkeep/core/spi';

/** As much of a metadata store as the server keeps its own facts in. */
export type RecordStore = Pick<
  MetadataStore,
  'getRecord' | 'putRecord' | 'removeRecord' | 'listRecords'
>;
