import type { MetadataSubject } from '../metadata/metadata-test.ts';
import { BROKEN_BLOBS } from './broken-blobs.ts';
import { BROKEN_COMMITS } from './broken-commits.ts';
import { BROKEN_ENTRIES } from './broken-entries.ts';
import type { BrokenFake } from './broken-fake.ts';
import { BROKEN_LEASES } from './broken-leases.ts';
import { BROKEN_RECORDS } from './broken-records.ts';

export const BROKEN_METADATA: readonly BrokenFake<MetadataSubject>[] = [
  ...BROKEN_ENTRIES,
  ...BROKEN_COMMITS,
  ...BROKEN_BLOBS,
  ...BROKEN_LEASES,
  ...BROKEN_RECORDS,
];
