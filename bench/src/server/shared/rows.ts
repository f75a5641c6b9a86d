import type { ServerRow } from '../promise.ts';
import { sharedListing } from './listing.ts';
import { sharedMemory } from './memory.ts';
import { sharedPull } from './pull.ts';
import { sharedReads } from './reads.ts';

/** A server as one of many: a bucket and a PostgreSQL. */
export const sharedRows: readonly ServerRow[] = [
  sharedPull,
  sharedReads,
  sharedMemory,
  sharedListing,
];
