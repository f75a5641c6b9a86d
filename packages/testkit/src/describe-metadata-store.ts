import { describe } from 'vitest';
import { describeBlobs } from './metadata/blobs.ts';
import { describeCommits } from './metadata/commits.ts';
import { describeContract } from './metadata/contract.ts';
import { describeDeletions } from './metadata/deletions.ts';
import { describeEntries } from './metadata/entries.ts';
import { describeLeases } from './metadata/leases.ts';
import { describeListings } from './metadata/listings.ts';
import { type MetadataSuiteOptions, metadataTest } from './metadata/metadata-test.ts';
import { describeProcesses } from './metadata/processes.ts';
import { describeRecords } from './metadata/records.ts';
import { describeRemovals } from './metadata/removals.ts';
import { describeSizes } from './metadata/sizes.ts';
import { describeSnapshots } from './metadata/snapshots.ts';

/** Declares the conformance suite of `MetadataStore` for one store. Call it at the top of a vitest file. */
export function describeMetadataStore(name: string, options: MetadataSuiteOptions): void {
  const test = metadataTest(options);
  describe(name, () => {
    describeContract(test);
    describeEntries(test);
    describeSnapshots(test);
    describeCommits(test);
    describeRemovals(test);
    describeBlobs(test);
    describeSizes(test);
    describeDeletions(test);
    describeLeases(test);
    describeListings(test);
    describeRecords(test);
    describeProcesses(test);
  });
}
