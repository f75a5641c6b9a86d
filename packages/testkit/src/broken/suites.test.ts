import { beforeAll, describe, expect, test } from 'vitest';
import { BROKEN_ARCHIVES } from './broken-archives.ts';
import { BROKEN_METADATA } from './broken-metadata.ts';
import { BROKEN_SOURCES } from './broken-sources.ts';
import { BROKEN_STORAGES } from './broken-storages.ts';
import { type FakeResult, runCases } from './run-cases.ts';

let results: ReadonlyMap<string, FakeResult>;

beforeAll(async () => {
  results = await runCases();
}, 600_000);

const SUITES: readonly (readonly [string, readonly { name: string; fails: string }[]])[] = [
  ['describeStorage', BROKEN_STORAGES],
  ['describeMetadataStore', BROKEN_METADATA],
  ['describeModelSource', BROKEN_SOURCES],
  ['describeArchiveFormat', BROKEN_ARCHIVES],
];

describe.each(SUITES)('%s turns red for a fake that', (_suite, fakes) => {
  test.each(fakes)('$name', ({ name, fails }) => {
    const { passed, failed } = results.get(name) ?? { passed: [], failed: [] };
    expect(failed).toContain(fails);
    // A fake that breaks everything would show nothing about the test that is meant.
    expect(passed.length).toBeGreaterThan(failed.length);
  });
});
