import { describe } from 'vitest';
import { type ArchiveSuiteOptions, archiveTest } from './archive/archive-test.ts';
import { describeDamage } from './archive/damage.ts';
import { describeDetection } from './archive/detection.ts';
import { describeLimits } from './archive/limits.ts';
import { describeRoundTrips } from './archive/round-trips.ts';

/** Declares the conformance suite of `ArchiveFormat`, once for each of the format's `names`. Call it at the top of a vitest file. */
export function describeArchiveFormat(name: string, options: ArchiveSuiteOptions): void {
  describe(name, () => {
    for (const format of options.create().names) {
      const test = archiveTest(options, format);
      describe(format, () => {
        describeDetection(test);
        describeRoundTrips(test);
        describeDamage(test);
        describeLimits(test);
      });
    }
  });
}
