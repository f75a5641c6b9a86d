import { describe } from 'vitest';
import { describeAbilities } from './storage/abilities.ts';
import { describeAborts } from './storage/aborts.ts';
import { describeIngests } from './storage/ingests.ts';
import { describeKeys } from './storage/keys.ts';
import { describeLists } from './storage/lists.ts';
import { describeRaces } from './storage/races.ts';
import { describeReads } from './storage/reads.ts';
import { describeReceipts } from './storage/receipts.ts';
import { type StorageSuiteOptions, storageTest } from './storage/storage-test.ts';
import { describeWrites } from './storage/writes.ts';

/**
 * Declares the conformance suite of `Storage` for one storage. Call it at the top of a vitest file.
 * What the storage declares is tested; what it does not declare is shown as skipped, with the reason.
 */
export function describeStorage(name: string, options: StorageSuiteOptions): void {
  const test = storageTest(options);
  describe(name, () => {
    describeAbilities(test);
    describeWrites(test);
    describeReads(test);
    describeLists(test);
    describeKeys(test);
    describeReceipts(test);
    describeRaces(test);
    describeIngests(test);
    describeAborts(test);
  });
}
