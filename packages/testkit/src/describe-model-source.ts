import { describe } from 'vitest';
import { describeFailing } from './source/failing.ts';
import { describeListing } from './source/listing.ts';
import { describeOpening } from './source/opening.ts';
import { describeResolving } from './source/resolving.ts';
import { type SourceSuiteOptions, sourceTest } from './source/source-test.ts';

/**
 * Declares the conformance suite of `ModelSource` for one source, against an upstream that the caller runs.
 * Call it at the top of a vitest file.
 */
export function describeModelSource(name: string, options: SourceSuiteOptions): void {
  const test = sourceTest(options);
  describe(name, () => {
    describeResolving(test);
    describeListing(test);
    describeOpening(test);
    describeFailing(test);
  });
}
